// An event that one thread signals and another one polls for (eventfd(2)).
#pragma once

#include <sys/eventfd.h>

#include <utility>

#include "base/file.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan {

class EventFd {
 public:
  // Opens the event. The other functions cannot fail.
  static Result<EventFd> open() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (fd.is_open()) return EventFd(std::move(fd));
    return run_error("cannot make what wakes a thread: {}", last_system_error());
  }

  // Signals the event; it stays signalled. Thread: any.
  void call() { ::eventfd_write(fd_.get(), 1); }
  // Becomes readable once the event is signalled.
  int poll_fd() const { return fd_.get(); }

 private:
  explicit EventFd(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace masscan
