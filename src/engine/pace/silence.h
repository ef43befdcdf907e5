// Notices that answers have stopped where they came steadily: perhaps nothing reaches its target
// any more. One per worker; time is handed in.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace masscan::engine {

class Silence {
 public:
  // How much longer than usual, and at least how long, nothing must come.
  static constexpr int kUnusual = 16;
  static constexpr Duration kShortest = 300ms;
  static constexpr std::uint64_t kFewest = 8;  // answers that make a habit

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
  Duration gap_{0};  // between two answers, of late
};

}  // namespace masscan::engine
