// A whole scan, from a Config to its summary.
#pragma once

#include "base/result.h"
#include "scan/config.h"

namespace masscan::scan {

// Returns when the scan is over or was interrupted by a signal.
Result<void> run(const Config& config);

}  // namespace masscan::scan
