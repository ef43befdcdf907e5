// Signals as a file descriptor to poll; they interrupt no thread.
#pragma once

#include <signal.h>

#include <optional>
#include <span>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::control {

class Signals {
 public:
  // Blocks these signals in the calling thread and all threads it starts. REQUIRES: called before
  // they start.
  static Result<Signals> open(std::span<const int> signals);
  Signals(Signals&&) noexcept = default;
  // Discards pending signals, which would otherwise end the process now.
  ~Signals();

  // Becomes readable when `next` has a signal.
  int poll_fd() const { return fd_.get(); }
  // Returns the number of a pending signal, or nullopt.
  std::optional<int> next() const;

 private:
  Signals(UniqueFd fd, const sigset_t& before) : fd_(std::move(fd)), before_(before) {}

  UniqueFd fd_;
  sigset_t before_;
};

}  // namespace masscan::control
