// Converts result files (--readscan): writes the output of a scan without scanning.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "control/interrupts.h"
#include "convert/selection.h"
#include "format/dialect.h"
#include "output/output_config.h"

namespace masscan::convert {

struct Request {
  std::vector<std::string> files;          // "-": standard input
  std::optional<format::Dialect> dialect;  // nullopt: detected from the file
  Selection selection;
  WallTime now;                                     // for headers and trailers
  const control::Interrupts* interrupts = nullptr;  // null: no interrupts

  // See files::Input and format::DocumentInfo.
  int interruption() const { return interrupts != nullptr ? interrupts->immediate_stop_fd() : -1; }
  std::stop_token stop() const {
    return interrupts != nullptr ? interrupts->immediate_stop() : std::stop_token();
  }
};

// Called with a sentence about each problem that does not stop the conversion.
using Note = std::function<void(std::string_view)>;

// Converts all files, in order, to one output, with bounded memory. A damaged file is read as far
// as possible, with a note. A file that cannot be read is skipped, and its Error is returned at the
// end. An interrupt ends the output with the results read so far and is an Error.
Result<void> convert(const Request& request, const output::OutputConfig& output, const Note& note);

// Reads one file as `convert` does and calls `visit` with each selected record or banner.
Result<void> read_selected(const std::string& file, const Request& request, const Note& note,
                           const std::function<bool(const format::FileItem&)>& visit);

}  // namespace masscan::convert
