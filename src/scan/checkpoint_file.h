// The file from which an interrupted scan goes on: a configuration file that begins with where the
// scan was.
//
// Its first two blocks hold the same lines, a comment for people and the resume point; they are
// overwritten in turn, in place, so that whatever interrupts one of them leaves the other whole.
// The rest, which may be long, is written once. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "scan/resume_point.h"

namespace masscan::scan {

class CheckpointFile {
 public:
  // Where a scan is: for its next run, and for people.
  struct State {
    ResumePoint point;
    double done = 0;  // of its probes, from 0 to 1
  };

  // Writes nothing yet. A file that is there and is not this plan's is never overwritten: a path
  // that the user `chose` is then an Error; otherwise one like it is taken, "paused-2.conf".
  static Result<CheckpointFile> open(const std::string& path, bool chosen, std::uint64_t plan);

  // Puts the file there, whole or not at all; again, when the settings have changed. They are a
  // configuration file.
  Result<void> create(const State& state, const std::string& settings);
  // Only for a file that is there. It is on the disk when this returns.
  Result<void> update(const State& state);
  // The scan is complete, and its results are safe.
  void remove();

  const std::string& path() const { return path_; }
  bool exists() const { return fd_.is_open(); }

 private:
  CheckpointFile(std::string path, bool replaces) : path_(std::move(path)), replaces_(replaces) {}
  std::string block(const State& state) const;

  std::string path_;
  bool replaces_;  // what is there is ours
  UniqueFd fd_;
  bool is_second_next_ = false;  // block, for `update`
};

}  // namespace masscan::scan
