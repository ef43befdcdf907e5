// Where records go: a file, lines on standard output, or both. Used by the writer thread only.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "report/document.h"
#include "report/record.h"
#include "report/show.h"
#include "scan/config.h"

namespace masscan::scan {

class Outputs {
 public:
  // Creates the files: before any packet, so that a wrong name costs nothing.
  static Result<Outputs> open(const OutputConfig& config, const report::DocumentInfo& info);

  // Records of states that are not to be shown are left out.
  Result<void> write(const report::Record& record);
  // What was written is readable by others now.
  Result<void> flush();
  Result<void> close();
  // Descriptors of their own for the regular files among them, to be forced to the disk.
  std::vector<UniqueFd> files() const;

 private:
  explicit Outputs(report::Show show) : show_(show) {}

  report::Show show_;
  std::vector<report::Document> documents_;
};

}  // namespace masscan::scan
