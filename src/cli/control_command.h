// Recognises a command line that controls a running scan instead of beginning one.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace masscan::cli {

struct ControlWords {
  std::string file;   // the socket
  std::string words;  // "rate 5000"
};

// Returns the words of "--control FILE rate 5000", and nothing for any other command line. There is
// no other option, and the first word cannot be an address or a host name of two labels.
std::optional<ControlWords> find_control_words(std::span<const std::string> arguments);

}  // namespace masscan::cli
