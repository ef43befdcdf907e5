// Files of results turned into others (--readscan): what a scan would have written, without one.
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
  std::optional<format::Dialect> dialect;  // nothing: as the file looks
  Selection selection;
  WallTime now;                                     // which headers and trailers tell
  const control::Interrupts* interrupts = nullptr;  // null: nobody interrupts

  // See files::Input and format::DocumentInfo.
  int interruption() const { return interrupts != nullptr ? interrupts->at_once_fd() : -1; }
  std::stop_token stop() const {
    return interrupts != nullptr ? interrupts->at_once() : std::stop_token();
  }
};

// Is told a sentence about each thing that the user should know and that stops nothing.
using Note = std::function<void(std::string_view)>;

// All files go into one output, in order, piece by piece. A damaged file is read as far as it goes,
// with a note; one that cannot be read does not keep us from the next, and its Error is returned at
// the end. An interrupt ends it with what was read until then, and is an Error.
Result<void> convert(const Request& request, const output::OutputConfig& output, const Note& note);

// As `convert` reads them: hands `visit` what is wanted, of one file. A record or a banner.
Result<void> read_selected(const std::string& file, const Request& request, const Note& note,
                           const std::function<bool(const format::FileItem&)>& visit);

}  // namespace masscan::convert
