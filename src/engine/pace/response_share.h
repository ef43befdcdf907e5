// Limits our responses (RSTs, and those to neighbour queries). They are sent before new probes,
// because hosts wait for them. They take at most a quarter of the rate, and what new probes leave
// unused.
// Owner: Worker. Thread: the worker's.
#pragma once

#include <algorithm>
#include <cstddef>

namespace masscan::engine {

class ResponseShare {
 public:
  // One frame in kParts may be a response.
  static constexpr std::size_t kParts = 4;

  // Returns how many of `budget` frames may be responses.
  std::size_t of(std::size_t budget) {
    credit_ += budget;
    return credit_ / kParts;
  }
  // Records that `count` of them were responses. Unused credit is not kept, so that a quiet
  // period causes no burst.
  void spend(std::size_t count) { credit_ = std::min(credit_ - count * kParts, kParts - 1); }

 private:
  std::size_t credit_ = kParts - 1;  // in 1/kParts of a frame; permits a first response at once
};

}  // namespace masscan::engine
