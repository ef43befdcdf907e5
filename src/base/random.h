// Two kinds of chance: `random_*` from the kernel, for secrets, and `Random`, repeatable from a
// seed, for simulations and tests.
#pragma once

#include <cstdint>

#include "base/siphash.h"

namespace masscan {

// From the kernel's generator; the program ends with a sentence if it cannot be reached.
std::uint64_t random_uint64();
SipKey random_key();

// splitmix64 (Steele, Lea, Flood 2014): 64 good bits per call from a 64-bit seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // In [0, bound); the bias of the remainder is far below what a test can see.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  // True with the given probability.
  bool chance(double probability) {
    return static_cast<double>(next() >> 11) * 0x1p-53 < probability;
  }

 private:
  std::uint64_t state_;
};

}  // namespace masscan
