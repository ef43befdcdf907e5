// Detects that replies have stopped after arriving regularly: probes may no longer reach their
// targets.
// Owner: Responder. Thread: the worker's. Reads no clock.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace masscan::engine {

class Silence {
 public:
  // A silence is longer than kUnusual mean gaps, and than kShortest.
  static constexpr int kUnusual = 16;
  static constexpr Duration kShortest = 300ms;
  static constexpr std::uint64_t kFewest = 8;  // replies before a silence is detected

  void on_answer(Instant at) {
    if (answers_++ > 0) gap_ += (at - last_ - gap_) / 8;
    last_ = at;
  }
  bool is_unusual(Instant now) const {
    return answers_ >= kFewest && now - last_ > std::max<Duration>(kUnusual * gap_, kShortest);
  }

 private:
  std::uint64_t answers_ = 0;
  Instant last_{};
  Duration gap_{0};  // between two replies, moving average
};

}  // namespace masscan::engine
