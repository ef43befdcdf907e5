// Listens to Ctrl-C while the main thread closes what is to be closed, which servers may hold up.
#pragma once

#include <memory>
#include <stop_token>
#include <utility>

#include "base/result.h"
#include "base/thread.h"
#include "base/wake_up.h"
#include "scan/signals.h"

namespace masscan::scan {

class Impatience {
 public:
  // Its thread is there from the beginning, when a lack of threads harms nothing.
  static Result<std::unique_ptr<Impatience>> open();
  ~Impatience();

  // Begins. Borrows the signals; nobody else takes them from now on.
  void listen(const Signals& signals);
  // Asks to stop after SIGINT or SIGTERM.
  std::stop_token token() const { return source_.get_token(); }

 private:
  explicit Impatience(WakeUp end) : end_(std::move(end)) {}
  void work();

  WakeUp end_;
  Gate gate_;
  const Signals* signals_ = nullptr;  // before the gate opens
  std::stop_source source_;
  Thread thread_;  // last: it uses the others
};

}  // namespace masscan::scan
