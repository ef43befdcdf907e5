// A whole scan, from a Config to its summary.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "control/interrupts.h"
#include "scan/checkpointer.h"
#include "scan/control_loop.h"
#include "setup/config.h"

namespace masscan::scan {

// What a scan needs of those who know files and options, while it runs.
struct Hooks {
  ReadExcludes read_excludes;  // empty: there is nothing to read again
  WriteConfig write_config;
  // What was to be said before the scan, where only objects are printed (--ndjson-status).
  std::vector<std::string> notes;
};

// Returns when the scan is over or was ended by the user.
Result<void> run(setup::Config config, const Hooks& hooks, control::Interrupts& interrupts);

}  // namespace masscan::scan
