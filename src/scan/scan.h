// A whole scan, from a Config to its summary.
#pragma once

#include "base/result.h"
#include "scan/config.h"
#include "scan/control_desk.h"

namespace masscan::scan {

// Returns when the scan is over or was ended by the user. Without `read_excludes` there is nothing
// to read again.
Result<void> run(const Config& config, ReadExcludes read_excludes = {});

}  // namespace masscan::scan
