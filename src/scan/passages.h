// Where many probes go at once: stretches of addresses behind one router, or on a link where every
// frame carries one address, need to be resolved once a batch instead of once a probe.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "net/prefix.h"
#include "scan/link.h"
#include "scan/lookahead.h"
#include "scan/plan.h"

namespace masscan::scan {

// All probes to `addresses` leave by `link` for `mac`.
struct Passage {
  net::AddressRange addresses;
  Link* link = nullptr;
  net::MacAddress mac;

  // How many of the first targets of a run lie in it.
  std::size_t leading(const TargetRun& run) const;
};

class Passages {
 public:
  // Both are borrowed for its life.
  Passages(const Plan& plan, std::vector<Link>& links) : plan_(plan), links_(links) {}

  // The one that leads to `target`; none if each target there has to be resolved on its own, is
  // not resolved yet, or cannot be reached. It holds at `now`.
  std::optional<Passage> find(const net::IpAddress& target, Instant now);

 private:
  const Stretch& stretch(const net::IpAddress& target);

  const Plan& plan_;
  std::vector<Link>& links_;
  std::array<std::optional<Stretch>, 2> last_;  // by family: where a target was last
};

}  // namespace masscan::scan
