// Asks for the MAC addresses of the plan's routers before the first probe is sent.
#pragma once

#include <stop_token>

#include "base/result.h"
#include "engine/plan.h"
#include "engine/worker.h"

namespace masscan::setup {

// Waits for the routers, at most three seconds.
// Errors: a router that does not answer, for nothing would leave the link; a request to `stop`.
Result<void> resolve_routers(const engine::Plan& plan, engine::Worker& worker,
                             const std::stop_token& stop = {});

}  // namespace masscan::setup
