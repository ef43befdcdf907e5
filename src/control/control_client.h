// The other end of a control socket: says one thing to a scan that runs in another process.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace masscan::control {

struct ControlAnswer {
  bool is_accepted = false;
  std::string line;  // one JSON object, line end included
};

// `words` is a command as parse_command takes it; waits ten seconds for the answer. An answer that
// no scan gives (long, of several lines, not printable) is an Error.
Result<ControlAnswer> ask_scan(const std::string& path, std::string_view words);

}  // namespace masscan::control
