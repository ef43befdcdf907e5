// Threads. The system may have no room for one more, so to start one returns a Result; and what
// needs several has them wait at a gate until all of them are there.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "base/result.h"

namespace masscan {

// Closed at first. Of any thread.
class Gate {
 public:
  // For good: who waits goes on, and nobody waits any more.
  void open();
  // False if the stop came first.
  bool wait(const std::stop_token& stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any opened_;
  bool is_open_ = false;
};

// Told to stop, and waited for, when it is destroyed.
class Thread {
 public:
  using Work = std::function<void(const std::stop_token&)>;

  // The name is for users and tools (top -H, perf, gdb) and has 15 characters at most.
  static Result<Thread> start(const char* name, Work work);
  // Does nothing before the gate opens, and nothing at all if it is told to stop first.
  static Result<Thread> start(const char* name, Gate& gate, Work work);

  Thread() = default;  // there is none

  bool is_there() const { return thread_.joinable(); }
  void request_stop() { thread_.request_stop(); }
  void join() { thread_.join(); }
  // It goes on alone, and may be cut off anywhere by the end of the process: it must own all that
  // it uses.
  void detach() { thread_.detach(); }

 private:
  explicit Thread(std::jthread thread) : thread_(std::move(thread)) {}

  std::jthread thread_;
};

}  // namespace masscan
