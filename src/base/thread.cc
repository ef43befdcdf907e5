#include "base/thread.h"

#include <pthread.h>

#include <system_error>

namespace masscan {

void Gate::open() {
  const std::scoped_lock lock(mutex_);
  is_open_ = true;
  opened_.notify_all();
}

bool Gate::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return opened_.wait(lock, stop, [this] { return is_open_; });
}

// The kernel reports too many threads and no memory for a stack with the same error.
Result<Thread> Thread::start(const char* name, Work work) {
  try {
    return Thread(std::jthread([name, work = std::move(work)](const std::stop_token& stop) {
      pthread_setname_np(pthread_self(), name);
      work(stop);
    }));
  } catch (const std::system_error& error) {
    return run_error(
        "cannot start another thread, '{}': {}; raise the limit of processes (ulimit -u) or that "
        "of memory (ulimit -v)",
        name, error.code().message());
  }
}

Result<Thread> Thread::start(const char* name, Gate& gate, Work work) {
  return start(name, [&gate, work = std::move(work)](const std::stop_token& stop) {
    if (gate.wait(stop)) work(stop);
  });
}

}  // namespace masscan
