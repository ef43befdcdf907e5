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
  std::vector<engine::NextHop> routers;  // next hops that are no targets
  net::PortRange source_ports;
  unsigned workers = 1;            // as many as the rate, the processors and the source ports allow
  bool is_answered = true;         // false: frames are not sent, so no reply is waited for
  std::vector<std::string> notes;  // what the user might not expect
};

// `probes` has the targets and their kinds; it needs no links yet.
// Follows the kernel's routes, or the overrides in `config`. For the simulated internet and for dry
// runs it makes up a link with documentation addresses.
// Errors: no route to any target, an interface that is down, a source port in use.
Result<RoutePlan> plan_routes(const Config& config, const engine::Plan& probes);

}  // namespace masscan::setup
