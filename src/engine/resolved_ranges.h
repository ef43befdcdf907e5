// Where many probes go at once: stretches of addresses behind one router, or on a link where every
// frame carries one address, need to be resolved once a batch instead of once a probe.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "engine/link.h"
#include "engine/plan.h"
#include "engine/target_prefetch.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "net/prefix.h"

namespace masscan::engine {

// All probes to `addresses` leave by `link` for `mac`.
struct ResolvedRange {
  net::AddressRange addresses;
  Link* link = nullptr;
  net::MacAddress mac;

  // How many of the first targets of a run lie in it.
  std::size_t leading(const TargetSpan& span) const;
};

class ResolvedRanges {
 public:
  // Both are borrowed for its life.
  ResolvedRanges(const Plan& plan, std::vector<Link>& links) : plan_(plan), links_(links) {}

  // The one that leads to `target`; none if each target there has to be resolved on its own, is
  // not resolved yet, or cannot be reached. It holds at `now`.
  std::optional<ResolvedRange> find(const net::IpAddress& target, Instant now);

 private:
  const RouteRange& range(const net::IpAddress& target);

  const Plan& plan_;
  std::vector<Link>& links_;
  std::array<std::optional<RouteRange>, 2> last_;  // by family: where a target was last
};

}  // namespace masscan::engine
