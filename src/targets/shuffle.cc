#include "targets/shuffle.h"

#include <bit>

#include "base/random.h"

namespace masscan::targets {
namespace {

// Newton's iteration: an odd number is its own inverse modulo 8, and each step doubles the number
// of correct bits.
std::uint64_t inverse_of(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int right_bits = 3; right_bits < 64; right_bits *= 2) inverse *= 2 - odd * inverse;
  return inverse;
}

}  // namespace

Shuffle::Shuffle(std::uint64_t size, std::uint64_t seed) : size_(size) {
  CHECK(size >= 1 && size <= std::uint64_t{1} << 63);
  const int bits = static_cast<int>(std::bit_width(size - 1));
  permutation_.mask = (std::uint64_t{1} << bits) - 1;
  permutation_.shift = (bits + 1) / 2;
  Random random(seed);
  for (Permutation::Round& round : permutation_.rounds) {
    round.key = random.next() & permutation_.mask;
    round.multiplier = random.next() | 1;
    round.inverse = inverse_of(round.multiplier);
  }
}

}  // namespace masscan::targets
