// Fits a plan to the machine: which interfaces, source addresses, routers and source ports.
#pragma once

#include "base/result.h"
#include "engine/plan.h"
#include "setup/config.h"

namespace masscan::setup {

// Fills in links, ways, routers, source ports and the number of workers: as the
// kernel decides, from the overrides in `config`, or made up for the simulated internet and for dry
// runs.
Result<void> plan_routes(const Config& config, engine::Plan& plan);

}  // namespace masscan::setup
