// What the threads of one pass over the targets share.
// Owner: the main thread, until all threads of the pass have ended.
#pragma once

#include <memory>
#include <vector>

#include "base/thread.h"
#include "base/time.h"
#include "control/interrupts.h"
#include "engine/plan.h"
#include "engine/shared_controls.h"
#include "engine/worker.h"
#include "output/outputs.h"
#include "scan/fake_finder.h"
#include "scan/monitor.h"
#include "scan/writer.h"
#include "setup/config.h"

namespace masscan::scan {

// Returns the settings of the status line. With a line for each frame it is not shown.
inline output::OutputConfig status_config(const setup::Config& config) {
  output::OutputConfig output = config.output;
  output.status = output.status && !config.packet_trace;
  return output;
}

struct Pass {
  const setup::Config& config;
  const engine::Plan& plan;
  engine::SharedControls& controls;
  control::Interrupts& interrupts;
  output::Outputs& outputs;
  const EarlierPasses& earlier;
  std::vector<std::unique_ptr<engine::Worker>> workers;
  SuspectCounts suspects{};
  Monitor monitor{plan, status_config(config), workers, suspects, earlier, now()};
  Gate gate{};  // holds all threads back until all were started
  std::unique_ptr<Writer> writer{};
};

}  // namespace masscan::scan
