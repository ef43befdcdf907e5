// Runs a worker on real time until it is done.
#pragma once

#include "engine/shared_controls.h"
#include "engine/worker.h"

namespace masscan::engine {

// Runs in the calling thread. `controls` may change at any time.
void run_worker(Worker& worker, SharedControls& controls);

}  // namespace masscan::engine
