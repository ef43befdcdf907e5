// Runs a worker on real time until it is done.
#pragma once

#include "scan/controls.h"
#include "scan/worker.h"

namespace masscan::scan {

// In the calling thread. `controls` may change at any time.
void run_worker(Worker& worker, Controls& controls);

}  // namespace masscan::scan
