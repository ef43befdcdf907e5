// Fits a plan to the machine: which interfaces, source addresses, routers and source ports.
#pragma once

#include "base/result.h"
#include "scan/config.h"
#include "scan/plan.h"

namespace masscan::scan {

// Fills in links, ways, routers, source ports and the number of workers: as the
// kernel decides, from the overrides in `config`, or made up for the simulated internet and for dry
// runs.
Result<void> find_ways(const Config& config, Plan& plan);

}  // namespace masscan::scan
