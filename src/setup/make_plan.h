// Makes a Plan. This is the only place that fills one; a Plan does not change afterwards.
//
//   Plan probes = make_plan(config);                  // the probes and their order, on any machine
//   Plan routed = add_routes(probes, routes);         // how they leave this machine
//   Plan plan = add_backends(routed, queues);         // by which backends, with how many workers
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "engine/plan.h"
#include "setup/config.h"
#include "setup/queues.h"
#include "setup/route_plan.h"

namespace masscan::setup {

// Returns the turns at which the rounds begin, as in Plan.
std::vector<std::uint64_t> begin_turns(const Config& config, unsigned rounds);

// Makes the probes and their order. The plan has no links and no source ports yet.
Result<engine::Plan> make_plan(const Config& config);

engine::Plan add_routes(engine::Plan plan, RoutePlan routes);
engine::Plan add_backends(engine::Plan plan, const Queues& queues);

// Repeats the targets from the beginning, in the order given by `config`.
engine::Plan make_next_pass(engine::Plan plan, const Config& config);

}  // namespace masscan::setup
