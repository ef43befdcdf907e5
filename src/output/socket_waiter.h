// Waits for the other side of a connection, with a timeout and interruptibly.
#pragma once

#include <chrono>
#include <utility>

#include "base/event_fd.h"
#include "base/result.h"

namespace masscan::output {

// A server without any progress for this long counts as dead.
constexpr std::chrono::seconds kSocketTimeout(10);

class SocketWaiter {
 public:
  static Result<SocketWaiter> open() { return SocketWaiter(TRY(EventFd::open())); }

  // Waits until the socket is ready for one of poll's `events`. Returns an Error after `timeout` or
  // an interrupt.
  Result<void> wait(int socket, short events, std::chrono::seconds timeout = kSocketTimeout) const;
  // Makes the current and all later waits fail. Thread: any.
  void interrupt() { interruption_.call(); }

 private:
  explicit SocketWaiter(EventFd interruption) : interruption_(std::move(interruption)) {}

  EventFd interruption_;
};

}  // namespace masscan::output
