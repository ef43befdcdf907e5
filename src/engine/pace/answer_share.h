// The part of the rate that belongs to answers of ours: resets, and what is said to neighbours who
// ask. They go first, for somebody waits for them, but what others make us say may never
// cost the scan more than a quarter of its rate. What new probes leave over is theirs too.
#pragma once

#include <algorithm>
#include <cstddef>

namespace masscan::engine {

class AnswerShare {
 public:
  // One frame in so many.
  static constexpr std::size_t kParts = 4;

  // Of `budget` frames that may leave now.
  std::size_t of(std::size_t budget) {
    credit_ += budget;
    return credit_ / kParts;
  }
  // So many of them were answers. What is not used is not kept: a quiet minute makes no burst.
  void spend(std::size_t answers) { credit_ = std::min(credit_ - answers * kParts, kParts - 1); }

 private:
  std::size_t credit_ = kParts - 1;  // in parts of a frame: the first answer need not wait
};

}  // namespace masscan::engine
