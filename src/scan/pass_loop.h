// One pass over the targets of a scan: its workers, the threads beside them, and the main loop.
#pragma once

#include "base/result.h"
#include "engine/plan.h"
#include "scan/run.h"
#include "setup/config.h"

namespace masscan::scan {

// Returns when every target was asked and the wait for replies is over, or when the user or an
// Error ended the pass. Returns the queues to `run`.
// Thread: the main thread.
Result<void> run_pass(const setup::Config& config, const engine::Plan& plan, Run& run);

}  // namespace masscan::scan
