// The program behind main: from the words of the command line to the exit code.
#pragma once

#include <span>
#include <string>

#include "base/result.h"

namespace masscan::cli {

inline constexpr const char* kSystemConfig = "/etc/masscan/masscan.conf";

// The exit code, or what to tell the user. `system_config` is read first if it exists.
Result<int> run(std::span<const std::string> arguments,
                const std::string& system_config = kSystemConfig);

}  // namespace masscan::cli
