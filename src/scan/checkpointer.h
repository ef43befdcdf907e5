// Keeps the checkpoint of a running scan, in a thread of its own because a disk may be slow.
//
// It runs one second after the start and then several times a second. Each time it reads the
// progress of the workers, has the writer write all records found until then, forces these to the
// disk, and then writes the checkpoint. So a resumed scan misses no target and no result, whatever
// stopped it.
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
#include "scan/checkpoint_file.h"
#include "scan/pass.h"
#include "setup/config.h"

namespace masscan::scan {

// A configuration as the text of a file that reproduces the scan, and the check sum of the settings
// that must not change.
struct WrittenConfig {
  std::string text;
  std::uint64_t sum = 0;
};
using WriteConfig = std::function<WrittenConfig(const setup::Config&)>;

// Returns the command that resumes the scan.
std::string resume_command(const CheckpointFile& file);

class Checkpointer {
 public:
  // Starts the thread, which does nothing before the gate opens. `origin` holds the values that all
  // resume points of this scan share. `pass` and `write_config` are borrowed.
  static Result<std::unique_ptr<Checkpointer>> start(CheckpointFile file, setup::ResumePoint origin,
                                                     Pass& pass, const WriteConfig& write_config);

  // Prints how to resume an incomplete scan, or that it cannot be resumed. `results` are the files
  // that hold the results; nullopt if some were lost. Returns true if the scan can be resumed.
  // REQUIRES: the workers have ended and the writer has finished.
  bool finish(const std::optional<std::vector<UniqueFd>>& results);
  // Returns the file of a complete scan, to be removed once all its results are safe.
  // REQUIRES: called after `finish`.
  std::optional<CheckpointFile> take_finished();
  // Errors: results were written, but not forced to the disk.
  // REQUIRES: called after `finish`.
  Result<void> outcome();

 private:
  Checkpointer(CheckpointFile file, setup::ResumePoint origin, Pass& pass,
               const WriteConfig& write_config)
      : file_(std::move(file)),
        origin_(std::move(origin)),
        pass_(pass),
        write_config_(write_config),
        excludes_(pass.controls.excludes()) {}
  void work(const std::stop_token& stop);
  bool wait(Duration longest, const std::stop_token& stop);
  void save(const CheckpointFile::State& state, std::span<const UniqueFd> results);
  Result<void> write(CheckpointFile::State state);
  bool is_kept();
  CheckpointFile::State state() const;

  CheckpointFile file_;
  setup::ResumePoint origin_;
  Pass& pass_;
  const WriteConfig& write_config_;
  engine::LateExcludes::Reader excludes_;
  std::uint64_t written_excludes_ = 0;          // generation of the excludes in the file
  bool has_failed_ = false;                     // reported, or kept in `outcome_`
  std::optional<CheckpointFile::State> saved_;  // the last state written
  bool is_complete_ = false;
  Result<void> outcome_;
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  Thread thread_;  // last: it uses the other members
};

}  // namespace masscan::scan
