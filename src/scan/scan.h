// A whole scan, from a Config to its summary.
#pragma once

#include "base/result.h"
#include "scan/checkpointer.h"
#include "scan/config.h"
#include "scan/control_desk.h"

namespace masscan::scan {

// What a scan needs of those who know files and options, while it runs.
struct Hooks {
  ReadExcludes read_excludes;  // empty: there is nothing to read again
  WriteConfig write_config;
};

// Returns when the scan is over or was ended by the user.
Result<void> run(Config config, const Hooks& hooks);

}  // namespace masscan::scan
