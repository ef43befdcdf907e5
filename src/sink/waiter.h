// Waits for the other side of a connection, but not for ever, and no longer than the user wants to.
#pragma once

#include <chrono>
#include <utility>

#include "base/result.h"
#include "base/wake_up.h"

namespace masscan::sink {

// A server that does not say a word for so long is taken for dead.
constexpr std::chrono::seconds kPatience(10);

class Waiter {
 public:
  static Result<Waiter> open() { return Waiter(TRY(WakeUp::open())); }

  // Until the socket is ready for one of these events of poll's. An Error if that takes longer than
  // `patience`, and as soon as somebody has interrupted it.
  Result<void> wait(int socket, short events, std::chrono::seconds patience = kPatience) const;
  // From any thread, for good.
  void interrupt() { interruption_.call(); }

 private:
  explicit Waiter(WakeUp interruption) : interruption_(std::move(interruption)) {}

  WakeUp interruption_;
};

}  // namespace masscan::sink
