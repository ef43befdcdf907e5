// Lets file system calls (base/file.h) fail while the object lives.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/file.h"

namespace masscan::test {

// REQUIRES: at most one object at a time. Thread: any.
class TestFiles final : public files::Listener {
 public:
  TestFiles() { files::set_listener(this); }
  TestFiles(const TestFiles&) = delete;
  TestFiles& operator=(const TestFiles&) = delete;
  ~TestFiles() override { files::set_listener(nullptr); }

  enum class Times { kOnce, kFromThenOn };

  // Lets the call of this kind fail that follows `passed` others.
  void fail(files::Call call, int error, Times times = Times::kOnce, std::size_t passed = 0) {
    const std::scoped_lock lock(mutex_);
    faults_[call] = {.passed = passed, .error = error, .times = times};
  }
  // Lets writes fail after this many bytes; a write that crosses the limit is shortened.
  void fail_writes_behind(std::size_t bytes, int error, Times times = Times::kOnce) {
    const std::scoped_lock lock(mutex_);
    room_ = bytes;
    faults_[files::Call::kWrite] = {.passed = 0, .error = error, .times = times};
  }
  // Waits until a call has failed.
  void wait_for_failure() {
    std::unique_lock lock(mutex_);
    failed_.wait(lock, [this] { return failures_ > 0; });
  }
  std::size_t failures() {
    const std::scoped_lock lock(mutex_);
    return failures_;
  }
  // Returns all calls since the previous take_calls.
  std::vector<files::Call> take_calls() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(calls_, {});
  }

 private:
  struct Fault {
    std::size_t passed = 0;
    int error = 0;
    Times times = Times::kOnce;
  };

  int before(files::Call call, std::size_t& bytes) override {
    const std::scoped_lock lock(mutex_);
    calls_.push_back(call);
    if (call == files::Call::kWrite && room_ > 0) {
      bytes = std::min(bytes, room_);
      room_ -= bytes;
      return 0;
    }
    const auto fault = faults_.find(call);
    if (fault != faults_.end() && fault->second.passed-- == 0) {
      const int error = fault->second.error;
      fault->second.passed = 0;
      if (fault->second.times == Times::kOnce) faults_.erase(fault);
      ++failures_;
      failed_.notify_all();
      return error;
    }
    return 0;
  }

  std::mutex mutex_;
  std::condition_variable failed_;
  std::size_t failures_ = 0;
  std::map<files::Call, Fault> faults_;
  std::size_t room_ = 0;  // bytes that may still be written
  std::vector<files::Call> calls_;
};

}  // namespace masscan::test
