// Listens to Ctrl-C while the main thread closes what is to be closed, which servers may hold up.
#pragma once

#include <stop_token>
#include <thread>

#include "base/wake_up.h"
#include "scan/signals.h"

namespace masscan::scan {

class Impatience {
 public:
  // Borrows the signals; nobody else takes them meanwhile.
  explicit Impatience(const Signals& signals);
  ~Impatience() { end_.call(); }

  // Asks to stop after SIGINT or SIGTERM.
  std::stop_token token() const { return source_.get_token(); }

 private:
  void listen(const Signals& signals);

  WakeUp end_;
  std::stop_source source_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace masscan::scan
