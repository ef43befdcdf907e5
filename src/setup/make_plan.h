// From a Config to the part of a Plan that does not depend on the machine: the probes and their
// order.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "engine/plan.h"
#include "setup/config.h"

namespace masscan::setup {

// Where its rounds begin, as in Plan.
std::vector<std::uint64_t> begin_turns(const Config& config);

// What of a Config does not depend on the machine it runs on: the probes and their order. Links,
// ways and source ports are still empty.
Result<engine::Plan> make_plan(const Config& config);

}  // namespace masscan::setup
