// Shell completion scripts, made from the table of options:
//
//   source <(masscan --completion bash)
#pragma once

#include <string>
#include <string_view>

namespace masscan::cli {

// Makes the script for one shell.
using Completion = std::string (*)();
// Returns null for an unknown shell.
Completion find_completion(std::string_view shell);

}  // namespace masscan::cli
