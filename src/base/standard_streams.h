// Messages for the user go to standard error. Its failures (full, closed, never read) have no
// effect on the rest of the program.
#pragma once

#include <string_view>

namespace masscan {

// Opens the descriptors 0, 1 and 2 where they are closed, so that no file of ours gets one and
// receives what is meant for a standard stream. A stream that was closed can still be neither read
// nor written. Also ignores SIGPIPE. REQUIRES: called before anything is opened.
void prepare_standard_streams();

// Writes to standard error what it accepts at once or within a short time, and drops the rest.
// Texts up to 4096 bytes are written in one piece. Thread: any.
void write_stderr(std::string_view text);

}  // namespace masscan
