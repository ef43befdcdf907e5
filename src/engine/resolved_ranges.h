// Caches the link and MAC address of whole ranges: behind one router, or on a link where every
// frame has one MAC address, they are found once per batch instead of once per probe.
// Owner: Prober. Thread: the worker's.
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

// Probes to `addresses` are sent on `link` to `mac`.
struct ResolvedRange {
  net::AddressRange addresses;
  Link* link = nullptr;
  net::MacAddress mac;

  // Returns how many of the first targets of `span` are in the range.
  std::size_t leading(const TargetSpan& span) const;
};

class ResolvedRanges {
 public:
  // Both must outlive it.
  ResolvedRanges(const Plan& plan, std::vector<Link>& links) : plan_(plan), links_(links) {}

  // Returns the range around `target`, as it is at `now`; nullopt if its targets have to be
  // resolved one by one, are not resolved yet, or cannot be reached.
  std::optional<ResolvedRange> find(const net::IpAddress& target, Instant now);

 private:
  const RouteRange& range(const net::IpAddress& target);

  const Plan& plan_;
  std::vector<Link>& links_;
  std::array<std::optional<RouteRange>, 2> last_;  // by family: the range of the last target
};

}  // namespace masscan::engine
