// The program behind main: takes the words of the command line, returns the exit code.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace masscan::cli {

inline constexpr const char* kSystemConfig = "/etc/masscan/masscan.conf";

// Returns the exit code. Reads `system_config` first if it exists.
//
// Errors: for the user; main prints them.
Result<int> run(std::span<const std::string> arguments,
                const std::string& system_config = kSystemConfig);

}  // namespace masscan::cli
