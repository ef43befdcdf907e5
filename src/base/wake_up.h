// Lets one thread end what another one polls for.
#pragma once

#include <sys/eventfd.h>

#include "base/unique_fd.h"

namespace masscan {

class WakeUp {
 public:
  WakeUp() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  // From any thread, for good. Where no descriptor was left it has no effect.
  void call() { ::eventfd_write(fd_.get(), 1); }
  // Polls readable after the call.
  int poll_fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace masscan
