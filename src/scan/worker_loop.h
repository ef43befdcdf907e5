// Runs a worker on real time until it is done.
#pragma once

#include <atomic>

#include "scan/worker.h"

namespace masscan::scan {

// How much the user wants the scan to end.
enum class Urgency : int {
  kNone,  // when everything is asked and answered
  kSoon,  // ask nothing new, wait a moment for answers
  kNow,
};

// In the calling thread. `urgency` may be raised by any thread at any time.
void run_worker(Worker& worker, const std::atomic<Urgency>& urgency);

}  // namespace masscan::scan
