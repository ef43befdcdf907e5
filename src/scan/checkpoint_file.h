// The file from which an interrupted scan goes on: a configuration file that begins with where the
// scan was.
//
// Its first two blocks hold the same lines, a comment for people and the resume point; they are
// overwritten in turn, in place, so that whatever interrupts one of them leaves the other whole.
// The rest, which may be long, is written once. Somebody may remove the file meanwhile, or put
// something else there: that is never overwritten. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "setup/resume_point.h"

namespace masscan::scan {

class CheckpointFile {
 public:
  // Where a scan is: for its next run, and for people.
  struct State {
    setup::ResumePoint point;
    double done = 0;  // of its probes, from 0 to 1
  };

  // Leaves nothing there yet, but makes sure that a file can be. A file that is there and is not
  // this plan's, or is that of a running scan, is never overwritten: a path that the user `chose`
  // is then an Error; otherwise one like it is taken, "paused-2.conf".
  static Result<CheckpointFile> open(const std::string& path, bool chosen, std::uint64_t plan);

  // Puts the file there, whole or not at all; again, when the settings have changed or the file is
  // not in its place any more. They are a configuration file. What belongs to something else and
  // came there meanwhile stays: `path` is then another one.
  Result<void> create(const State& state, const std::string& settings);
  // Only for a file that is in its place. It is on the disk when this returns.
  Result<void> update(const State& state);
  // The scan is complete, and its results are safe. An Error if the file is still there.
  Result<void> remove();

  const std::string& path() const { return path_; }
  // It has been written, and is still what `path` leads to.
  bool is_in_place() const;

 private:
  CheckpointFile(std::string path, std::string name, UniqueFd found)
      : wish_(std::move(path)), path_(std::move(name)), found_(std::move(found)) {}
  std::string block(const State& state) const;

  std::string wish_;  // where it would be if nothing else were there
  std::string path_;
  UniqueFd found_;               // that of an earlier run, locked, until ours takes its place
  UniqueFd fd_;                  // locked
  bool is_second_next_ = false;  // block, for `update`
};

}  // namespace masscan::scan
