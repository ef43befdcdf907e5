// Where results go: files of one or several formats, lines on standard output, or both. Used by the
// writer thread only.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "report/banner.h"
#include "report/filter.h"
#include "report/record.h"
#include "report/series.h"
#include "report/show.h"
#include "scan/config.h"

namespace masscan::scan {

// The files that are to be written, each with the variant of its format that was asked for.
std::vector<OutputFile> output_files(const OutputConfig& config);

// A file whose disk refuses does not keep results from the others: each call does all it can, and
// returns the first Error. Every Error is returned once.
class Outputs {
 public:
  // Creates the files: before any packet, so that a wrong name costs nothing.
  static Result<Outputs> open(const OutputConfig& config, const report::DocumentInfo& info);

  // Records of states that are not to be shown are left out, and whatever does not pass the filter.
  Result<void> write(const report::Record& record);
  Result<void> write(const report::Banner& banner);
  // What was written is readable by others now.
  Result<void> flush();
  // The same soon: within a second where results are compressed.
  Result<void> flush_if_due();
  // The wall clock goes on: files whose time is over are rotated, and are on the disk then.
  Result<void> tick(WallTime now);
  Result<void> close(WallTime now);
  // Descriptors of their own for the regular files being written, to be forced to the disk.
  std::vector<UniqueFd> files() const;

 private:
  Outputs(report::Show show, std::optional<report::Filter> filter)
      : show_(show), filter_(std::move(filter)) {}

  template <typename Action>
  Result<void> for_each(Action action);

  report::Show show_;
  std::optional<report::Filter> filter_;
  std::vector<report::Series> files_;
};

}  // namespace masscan::scan
