// How the program ends where no Result can be returned: with one sentence and exit code 1, at once.
// What was written so far stays as it is, like after a SIGKILL: files are whole up to some result,
// and a checkpoint leads to the rest.
#pragma once

#include <string_view>

namespace masscan {

// From any thread; if several have something to say, one of them does. Needs no memory.
[[noreturn]] void exit_with_sentence(std::string_view sentence);

// From now on the program ends like that when `new` finds no memory.
void watch_memory();

}  // namespace masscan
