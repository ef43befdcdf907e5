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

// Callbacks into the CLI layer, used during a scan.
struct Hooks {
  ReadExcludes read_excludes;  // empty: no exclude files
  WriteConfig write_config;
  // Messages from before the scan, where standard error holds objects only (--ndjson-status).
  std::vector<std::string> notes;
};

// Returns when the scan is over or was ended by the user.
Result<void> run(setup::Config config, const Hooks& hooks, control::Interrupts& interrupts);

}  // namespace masscan::scan
