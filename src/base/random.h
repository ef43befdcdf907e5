// Two random sources: `random_*`, from the kernel, for secrets; and `Random`, repeatable from a
// seed, for simulations and tests.
#pragma once

#include <cstdint>

#include "base/siphash.h"

namespace masscan {

// From the kernel's generator. Ends the program with a sentence if that is not available.
std::uint64_t random_uint64();
SipKey random_key();

// The splitmix64 generator (Steele, Lea, Flood 2014): 64 bits of output per call from a 64-bit
// seed.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Returns a number in [0, bound). The modulo bias is far below what a test can detect.
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  // Returns true with the given probability.
  bool chance(double probability) {
    return static_cast<double>(next() >> 11) * 0x1p-53 < probability;
  }

 private:
  std::uint64_t state_;
};

}  // namespace masscan
