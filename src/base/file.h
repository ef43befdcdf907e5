// Whole small files, and what the system says about a failure.
#pragma once

#include <string>

#include "base/result.h"

namespace masscan {

// The text of the calling thread's `errno`.
std::string last_system_error();

// Reads a whole file; "-" is standard input. A directory or unreadable file is an Error that
// names it.
Result<std::string> read_file(const std::string& path);

}  // namespace masscan
