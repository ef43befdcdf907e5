// Client of a control socket: sends one command to a scan in another process.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace masscan::control {

struct ControlAnswer {
  bool is_accepted = false;
  std::string line;  // one JSON object with its line end
};

// Sends a command in the syntax of parse_command and waits up to ten seconds for the reply. Errors:
// also a reply that no scan sends (long, several lines, not printable).
Result<ControlAnswer> ask_scan(const std::string& path, std::string_view words);

}  // namespace masscan::control
