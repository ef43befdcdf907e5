// The order of a scan: a bijection of [0, size), chosen by a seed and computed instead of stored.
//
// Why it never repeats. A round does three things to a word of b bits: XOR with a key, multiply by
// an odd number modulo 2^b, XOR with itself shifted right by about b/2. Each can be undone (an odd
// number has an inverse modulo 2^b; a shift by at least half the width is its own inverse), so any
// number of rounds is a permutation of [0, 2^b), with 2^b the next power of two above size. A
// result outside [0, size) is put through the rounds again until it falls inside. This walk stays
// on one cycle of the permutation, which returns to its starting point at the latest, and two
// different walks never meet. This is "cycle walking" (Black, Rogaway: "Ciphers with Arbitrary
// Finite Domains", 2002). As size > 2^b / 2, a walk takes less than two steps on average.
//
// Why it scatters. A multiplication carries each bit into all bits above it; the shift moves the
// upper half into the lower one for the next multiplication. After two rounds each bit of the
// result depends on each bit of the position; the other rounds compensate for weak multipliers. The
// output functions of PCG are built this way (O'Neill: "PCG: A Family of Simple Fast
// Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014, section 5),
// with fixed constants instead of ours from the seed.
//
// It is not a cipher: an observer of enough probes can predict the rest. Nothing secret depends on
// it; cookies have their own keys.
//
// The order depends on (size, seed) only. Paused scans store positions in it, and shards on
// different machines must agree on it: never change it.
#pragma once

#include <array>
#include <cstdint>

#include "base/check.h"

namespace masscan::targets {

// A bijection of [0, 2^b): one step of a walk.
struct Permutation {
  struct Round {
    std::uint64_t key;
    std::uint64_t multiplier;  // odd
    std::uint64_t inverse;     // multiplier * inverse = 1 modulo 2^64
  };
  static constexpr int kRounds = 6;

  std::uint64_t operator()(std::uint64_t x) const {
    for (const Round& round : rounds) {
      x = ((x ^ round.key) * round.multiplier) & mask;
      x ^= x >> shift;
    }
    return x;
  }

  std::uint64_t inverse(std::uint64_t x) const {
    for (auto round = rounds.rbegin(); round != rounds.rend(); ++round) {
      x ^= x >> shift;
      x = ((x * round->inverse) ^ round->key) & mask;
    }
    return x;
  }

  std::uint64_t mask;  // 2^b - 1
  int shift;           // b / 2, rounded up
  std::array<Round, kRounds> rounds;
};

class Shuffle {
 public:
  // REQUIRES: 1 <= size <= 2^63.
  Shuffle(std::uint64_t size, std::uint64_t seed);

  std::uint64_t size() const { return size_; }
  const Permutation& permutation() const { return permutation_; }

  // Returns the index at `position`. REQUIRES: position < size().
  std::uint64_t operator()(std::uint64_t position) const {
    DCHECK(position < size_);
    do position = permutation_(position);
    while (position >= size_);
    return position;
  }

  // Returns the position of `index`. REQUIRES: index < size().
  std::uint64_t inverse(std::uint64_t index) const {
    DCHECK(index < size_);
    do index = permutation_.inverse(index);
    while (index >= size_);
    return index;
  }

 private:
  std::uint64_t size_;
  Permutation permutation_;
};

}  // namespace masscan::targets
