// Threads. Starting one returns a Result, as the system may have no room for it. Code that needs
// several threads lets them wait at a Gate until all are started.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/result.h"

namespace masscan {

// Closed at first. Thread: any.
class Gate {
 public:
  // Opens the gate for good and releases all waiting threads.
  void open();
  // Waits until the gate is open. Returns false if `stop` was requested first.
  bool wait(const std::stop_token& stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any opened_;
  bool is_open_ = false;
};

// Requests a stop and joins in the destructor.
class Thread {
 public:
  using Work = std::function<void(const std::stop_token&)>;

  // `name` is shown by tools (top -H, perf, gdb). REQUIRES: at most 15 characters.
  static Result<Thread> start(const char* name, Work work);
  // Starts `work` once the gate is open; not at all if a stop is requested before.
  static Result<Thread> start(const char* name, Gate& gate, Work work);

  Thread() = default;  // no thread

  bool is_there() const { return thread_.joinable(); }
  void request_stop() { thread_.request_stop(); }
  void join() { thread_.join(); }
  // Detaches the thread. REQUIRES: the work owns all that it uses, as the end of the process may
  // interrupt it at any point.
  void detach() { thread_.detach(); }

 private:
  explicit Thread(std::jthread thread) : thread_(std::move(thread)) {}

  std::jthread thread_;
};

}  // namespace masscan
