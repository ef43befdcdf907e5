// The signals a scan listens to, as something to poll: no thread is ever interrupted by one.
//
// SIGINT, SIGTERM   end the scan; again: at once
// SIGUSR1           status to standard error
// SIGUSR2           pause, or go on
// SIGHUP            read the exclude files again
#pragma once

#include <signal.h>

#include <optional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::scan {

class Signals {
 public:
  // Blocks them in the calling thread, and in all that it starts; `open` it before them.
  static Result<Signals> open();
  Signals(Signals&&) noexcept = default;
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

}  // namespace masscan::scan
