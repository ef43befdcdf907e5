// What we say to people goes to standard error, and whatever becomes of that (full, closed, gone,
// never read) changes nothing else.
#pragma once

#include <string_view>

namespace masscan {

// Makes sure that no file of ours gets a descriptor that was closed when we were started, 0, 1 or
// 2, and with it what is meant for a standard stream. What was closed still can be neither read
// nor written. To be called before anything is opened; SIGPIPE is ignored from then on.
void prepare_standard_streams();

// Writes to standard error what it takes at once or within a moment; the rest is dropped. From any
// thread; in one piece up to 4096 bytes.
void write_stderr(std::string_view text);

}  // namespace masscan
