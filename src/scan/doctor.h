// Reports what a scan would use on this machine, and whether it works.
#pragma once

#include <string>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::scan {

struct Diagnosis {
  std::string findings;  // lines for people; PROBLEM: a scan would miss targets
  bool is_well = true;   // no PROBLEM
};

// Opens the queues and resolves the MAC addresses of the routers as a scan would. Sends no probe.
Result<Diagnosis> doctor(const setup::Config& config);

}  // namespace masscan::scan
