// Names for threads, so that users and tools (top -H, perf, gdb) can tell them apart.
#pragma once

#include <pthread.h>

namespace masscan {

// Names the calling thread. The kernel keeps 15 characters; a longer name is refused, and the
// thread keeps the one it had.
inline void name_thread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace masscan
