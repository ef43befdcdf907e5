// Ends the program where no Result can be returned: one sentence on standard error, exit code 1,
// immediately. Files keep what was written so far, as after a SIGKILL: result files end after some
// complete result, and a checkpoint allows the rest to be scanned.
#pragma once

#include <string_view>

namespace masscan {

// Allocates no memory. If several threads call it, one sentence is printed. Thread: any.
[[noreturn]] void exit_with_sentence(std::string_view sentence);

// Makes `new` end the program this way when there is no memory.
void watch_memory();

}  // namespace masscan
