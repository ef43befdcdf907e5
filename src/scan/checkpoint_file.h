// The checkpoint: a configuration file that begins with the resume point of an interrupted scan.
//
// The file begins with two blocks of the same kind: a comment for people and the resume point.
// Updates overwrite them in turn, in place, so an interrupted update leaves the other block whole.
// The rest, which may be long, is written once. If another process removes or replaces the file,
// the replacement is never overwritten.
// Thread: one at a time.
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
  // The state of a scan, for its next run and for people.
  struct State {
    setup::ResumePoint point;
    double done = 0;  // share of the probes, from 0 to 1
  };

  // Checks that a file can be written at `path`, and creates none yet. An existing file is never
  // overwritten if it is not this plan's or belongs to a running scan. In that case another name
  // like "paused-2.conf" is taken.
  // Errors: such a file is at a path that the user `chose`.
  static Result<CheckpointFile> open(const std::string& path, bool chosen, std::uint64_t plan);

  // Creates or replaces the file atomically. `settings` is the text of a configuration file. Called
  // again when the settings change or the file is no longer in place. A foreign file that appeared
  // meanwhile stays; `path` then changes.
  Result<void> create(const State& state, const std::string& settings);
  // Returns when the state is on the disk.
  // REQUIRES: is_in_place().
  Result<void> update(const State& state);
  // Removes the file of a complete scan.
  // REQUIRES: the results are on the disk.
  // Errors: the file is still there.
  Result<void> remove();

  const std::string& path() const { return path_; }
  // True if the file was written and `path` still refers to it.
  bool is_in_place() const;

 private:
  CheckpointFile(std::string path, std::string name, UniqueFd found)
      : preferred_path_(std::move(path)), path_(std::move(name)), found_(std::move(found)) {}
  std::string block(const State& state) const;

  std::string preferred_path_;
  std::string path_;
  UniqueFd found_;               // the file of an earlier run; locked until ours replaces it
  UniqueFd fd_;                  // locked
  bool is_second_next_ = false;  // which block `update` writes next
};

}  // namespace masscan::scan
