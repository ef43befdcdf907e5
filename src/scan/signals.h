// The signals a scan listens to, as something to poll: no thread is ever interrupted by one.
//
// SIGINT, SIGTERM   end the scan; again: at once
// SIGUSR1           status to standard error
// SIGUSR2           pause, or go on
// SIGHUP            read the exclude files again, or end the scan: see Hangup
#pragma once

#include <signal.h>

#include <optional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::scan {

// What SIGHUP means. Whoever prepared the scan to be spoken to (--control, an exclude file) says
// "reload" with it; else it says that the terminal has closed, unless nohup had it ignored.
enum class Hangup { kReload, kEnd };

class Signals {
 public:
  // Blocks them in the calling thread, and in all that it starts; `open` it before them.
  static Result<Signals> open(Hangup hangup);
  Signals(Signals&&) noexcept = default;
  ~Signals();

  // Polls readable when `next` has something.
  int poll_fd() const { return fd_.get(); }
  // The number of a signal that came, if any did; SIGTERM for a SIGHUP that means the end.
  std::optional<int> next() const;

 private:
  Signals(UniqueFd fd, const sigset_t& before, Hangup hangup)
      : fd_(std::move(fd)), before_(before), hangup_(hangup) {}

  UniqueFd fd_;
  sigset_t before_;
  Hangup hangup_;
};

}  // namespace masscan::scan
