// Resolves the MAC addresses of the plan's routers before the first probe is sent.
#pragma once

#include <stop_token>

#include "base/result.h"
#include "engine/plan.h"
#include "engine/worker.h"

namespace masscan::setup {

// Waits at most three seconds for the routers to answer.
// Errors: a router does not answer, so no probe could leave the link; `stop` is requested.
Result<void> resolve_routers(const engine::Plan& plan, engine::Worker& worker,
                             const std::stop_token& stop = {});

}  // namespace masscan::setup
