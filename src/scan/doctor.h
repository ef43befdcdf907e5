// What a scan would use on this machine, and whether it works.
#pragma once

#include <string>

#include "base/result.h"
#include "scan/config.h"

namespace masscan::scan {

// Lines for people. Opens the queues and asks for the routers' link-layer addresses as a scan
// would; sends no probe.
Result<std::string> doctor(const Config& config);

}  // namespace masscan::scan
