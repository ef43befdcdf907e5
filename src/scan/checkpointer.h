// Keeps the checkpoint of a running scan, in a thread of its own: a disk may take its time.
//
// A second after the start, and then several times a second, it notes how far the workers are, has
// the writer write what they had found by then, forces that to the disk, and only then the
// checkpoint. So a scan that goes on, after whatever stopped it, misses no target and no result.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/thread.h"
#include "base/unique_fd.h"
#include "control/interrupts.h"
#include "engine/plan.h"
#include "engine/shared_controls.h"
#include "engine/worker.h"
#include "scan/checkpoint_file.h"
#include "scan/monitor.h"
#include "scan/writer.h"
#include "setup/config.h"

namespace masscan::scan {

// A configuration as a file that brings about the same scan again, and the check sum of what must
// not change in it.
struct WrittenConfig {
  std::string text;
  std::uint64_t sum = 0;
};
using WriteConfig = std::function<WrittenConfig(const setup::Config&)>;

// The command that goes on with the scan.
std::string resume_command(const CheckpointFile& file);

class Checkpointer {
 public:
  // What it looks at, all borrowed.
  struct Subject {
    const setup::Config& config;
    const engine::Plan& plan;
    const std::vector<std::unique_ptr<engine::Worker>>& workers;
    engine::SharedControls& controls;
    Writer& writer;
    Monitor& monitor;
    control::Interrupts& interrupts;
    const WriteConfig& write_config;
  };

  // Does nothing before the gate opens. `origin` is what all points of this scan have in common.
  static Result<std::unique_ptr<Checkpointer>> start(CheckpointFile file, setup::ResumePoint origin,
                                                     const Subject& subject, Gate& gate);

  // The workers have ended and the writer has finished. Says where to go on with a scan that is not
  // complete, or that there is no going on. `results`: the files they are in; nothing if some were
  // lost. True if the scan can go on.
  bool finish(const std::optional<std::vector<UniqueFd>>& results);
  // After `finish`: the file of a complete scan, which is not needed any more once all its results
  // are safe.
  std::optional<CheckpointFile> take_finished();
  // After `finish`: an Error if results were written, but not to the disk.
  Result<void> outcome();

 private:
  Checkpointer(CheckpointFile file, setup::ResumePoint origin, const Subject& subject)
      : file_(std::move(file)),
        origin_(std::move(origin)),
        subject_(subject),
        excludes_(subject.controls.excludes()) {}
  void work(const std::stop_token& stop);
  bool wait(Duration longest, const std::stop_token& stop);
  void save(const CheckpointFile::State& state, std::span<const UniqueFd> results);
  Result<void> write(CheckpointFile::State state);
  bool is_kept();
  CheckpointFile::State state() const;

  CheckpointFile file_;
  setup::ResumePoint origin_;
  const Subject subject_;
  engine::LateExcludes::Reader excludes_;
  std::uint64_t written_excludes_ = 0;          // generation of those the file knows
  bool has_failed_ = false;                     // and said so, or keeps it in `outcome_`
  std::optional<CheckpointFile::State> saved_;  // what the file says
  bool is_complete_ = false;
  Result<void> outcome_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  Thread thread_;  // last: it uses the others
};

}  // namespace masscan::scan
