// A command line that speaks to a running scan instead of beginning one.
#pragma once

#include <optional>
#include <span>
#include <string>

namespace masscan::cli {

struct ControlWords {
  std::string file;   // of the socket
  std::string words;  // "rate 5000"
};

// "--control FILE rate 5000": no other option, and a first word that neither an address nor a
// host name of two labels could be. Nothing for any other command line.
std::optional<ControlWords> find_control_words(std::span<const std::string> arguments);

}  // namespace masscan::cli
