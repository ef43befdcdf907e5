// Whole small files, and what the system says about a failure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masscan {

// The text of the calling thread's `errno`.
std::string last_system_error();

// Reads a whole file; "-" is standard input. A directory or unreadable file is an Error that
// names it.
Result<std::string> read_file(const std::string& path);

// How many bytes were written: all of them, or those before an error, which is then in errno. Waits
// where somebody made a pipe or terminal non-blocking.
std::size_t write_all(int fd, std::string_view bytes);

// Forces what was written to the disk. False, and errno says why, if it may not be there; what has
// no disk behind it needs none.
bool sync_data(int fd);

}  // namespace masscan
