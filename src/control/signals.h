// Signals as something to poll: no thread is ever interrupted by one.
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
  // Blocks these in the calling thread, and in all that it starts; `open` it before them.
  static Result<Signals> open(std::span<const int> signals);
  Signals(Signals&&) noexcept = default;
  // Forgets what came and was not read, or it would end the process now.
  ~Signals();

  // Polls readable when `next` has something.
  int poll_fd() const { return fd_.get(); }
  // The number of a signal that came, if any did.
  std::optional<int> next() const;

 private:
  Signals(UniqueFd fd, const sigset_t& before) : fd_(std::move(fd)), before_(before) {}

  UniqueFd fd_;
  sigset_t before_;
};

}  // namespace masscan::control
