// Waits for the other side of a connection, but not for ever, and no longer than the user wants to.
#pragma once

#include <chrono>
#include <utility>

#include "base/event_fd.h"
#include "base/result.h"

namespace masscan::output {

// A server that does not say a word for so long is taken for dead.
constexpr std::chrono::seconds kSocketTimeout(10);

class SocketWaiter {
 public:
  static Result<SocketWaiter> open() { return SocketWaiter(TRY(EventFd::open())); }

  // Until the socket is ready for one of these events of poll's. An Error if that takes longer than
  // `patience`, and as soon as somebody has interrupted it.
  Result<void> wait(int socket, short events, std::chrono::seconds timeout = kSocketTimeout) const;
  // From any thread, for good.
  void interrupt() { interruption_.call(); }

 private:
  explicit SocketWaiter(EventFd interruption) : interruption_(std::move(interruption)) {}

  EventFd interruption_;
};

}  // namespace masscan::output
