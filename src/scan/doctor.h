// What a scan would use on this machine, and whether it works.
#pragma once

#include <string>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::scan {

struct Diagnosis {
  std::string findings;  // lines for people; what would keep a scan from its targets is a PROBLEM
  bool is_well = true;   // without one
};

// Opens the queues and asks for the routers' link-layer addresses as a scan
// would; sends no probe.
Result<Diagnosis> doctor(const setup::Config& config);

}  // namespace masscan::scan
