// How the targets of a scan are reached from this machine: interfaces, source addresses, routers
// and source ports.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/next_hops.h"
#include "engine/plan.h"
#include "net/port.h"
#include "setup/config.h"

namespace masscan::setup {

struct RoutePlan {
  std::vector<engine::LinkPlan> links;
  engine::NextHops next_hops;
  std::vector<engine::NextHop> routers;  // next hops that are not targets
  net::PortRange source_ports;
  unsigned workers = 1;            // limited by the rate, the processors and the source ports
  bool is_answered = true;         // false: no frames are sent, so no reply is expected
  std::vector<std::string> notes;  // messages for the user
};

// Follows the kernel's routes, or the overrides in `config`. `probes` holds the targets and their
// kinds; it needs no links yet. The simulated internet and dry runs get a link with documentation
// addresses.
// Errors: no route to any target, an interface that is down, a source port in use.
Result<RoutePlan> plan_routes(const Config& config, const engine::Plan& probes);

}  // namespace masscan::setup
