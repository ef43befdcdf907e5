// The state of a running scan, from the first pass over its targets to the last.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "control/interrupts.h"
#include "engine/shared_controls.h"
#include "host/firewall.h"
#include "nic/queue_pair.h"
#include "output/outputs.h"
#include "scan/checkpoint_file.h"
#include "scan/control_loop.h"
#include "scan/link_guard.h"
#include "scan/monitor.h"
#include "scan/scan.h"
#include "setup/queues.h"

namespace masscan::scan {

// State that outlives one pass; an infinite scan has many passes.
struct Run {
  const Hooks& hooks;
  control::Interrupts& interrupts;
  ControlLoop control_loop;
  output::Outputs outputs;
  setup::Queues queues;
  engine::SharedControls controls;
  std::optional<host::Firewall> firewall;
  std::optional<LinkGuard> guard;
  // By worker, then by link; filled while no worker uses them.
  std::vector<std::vector<std::unique_ptr<nic::QueuePair>>> free_queues;
  EarlierPasses earlier;
  bool has_begun = false;
  bool was_interrupted = false;              // while probes were sent
  std::optional<CheckpointFile> checkpoint;  // of the next pass
  bool is_resumable = false;                 // a checkpoint to resume from exists
  std::optional<CheckpointFile> finished;    // of a complete pass, until its results are safe

  bool is_stopped() const { return controls.directives().stop_mode != engine::StopMode::kNone; }
};

}  // namespace masscan::scan
