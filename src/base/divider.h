// Divides by a number known at run time, for the packet path: a multiplication and a shift instead
// of a 64-bit division. Granlund and Montgomery, "Division by Invariant Integers using
// Multiplication" (1994), theorem 4.2 with N = 63.
#pragma once

#include <bit>
#include <cstdint>

#include "base/check.h"
#include "base/uint128.h"

namespace masscan {

class Divider {
 public:
  // REQUIRES: 1 <= divisor <= 2^63.
  explicit Divider(std::uint64_t divisor)
      : divisor_(divisor), shift_(63 + static_cast<int>(std::bit_width(divisor - 1))) {
    CHECK(divisor >= 1 && divisor <= std::uint64_t{1} << 63);
    multiplier_ = static_cast<std::uint64_t>(((Uint128{1} << shift_) + divisor - 1) / divisor);
  }

  std::uint64_t divisor() const { return divisor_; }
  // Returns value / divisor. REQUIRES: value < 2^63.
  std::uint64_t quotient(std::uint64_t value) const {
    // shift_ is at least 63. The high word is a shift by 64; doubling the value makes up for one
    // bit.
    return high64(Uint128{multiplier_} * (value << 1)) >> (shift_ - 63);
  }

 private:
  std::uint64_t divisor_;
  int shift_;
  std::uint64_t multiplier_;
};

}  // namespace masscan
