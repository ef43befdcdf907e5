// The order of a scan: a bijection of [0, size), chosen by a seed, computed and never stored.
//
// Why it never repeats. One round does three things to a word of b bits: XOR with a key, multiply
// by an odd number modulo 2^b, XOR with itself shifted right by about b/2. Each can be undone (an
// odd number has an inverse modulo 2^b; a shift by at least half the width is its own inverse), so
// any number of rounds is a permutation of [0, 2^b). To get one of [0, size), with 2^b the next
// power of two, a result outside is put through the rounds again until it falls inside: the walk
// stays on one cycle of the permutation, which must come back to its starting point at the latest,
// and two different walks never meet. This is "cycle walking" (Black, Rogaway: "Ciphers with
// Arbitrary Finite Domains", 2002). As size > 2^b / 2, a walk takes less than two steps on average.
//
// Why it scatters. A multiplication carries every bit into all bits above it; the shift brings the
// upper half down into the lower, for the next multiplication to carry up again. After two rounds
// each bit of the result depends on each of the position; the others even out weak multipliers.
// It is the construction of the output functions of PCG (O'Neill: "PCG: A Family of Simple Fast
// Space-Efficient Statistically Good Algorithms for Random Number Generation", 2014, section 5),
// with constants from the seed instead of fixed ones.
//
// It is no cipher: somebody who sees enough of a scan can predict the rest. Nothing secret depends
// on it; cookies have keys of their own.
//
// The order belongs to (size, seed) and to nothing else. Paused scans keep positions in it, and
// shards on different machines must agree on it: never change it.
#pragma once

#include <array>
#include <cstdint>

#include "base/check.h"

namespace masscan::targets {

// A bijection of [0, 2^b): what a walk consists of.
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
  // 1 <= size <= 2^63.
  Shuffle(std::uint64_t size, std::uint64_t seed);

  std::uint64_t size() const { return size_; }
  const Permutation& permutation() const { return permutation_; }

  // Which index comes at `position`, both below size().
  std::uint64_t operator()(std::uint64_t position) const {
    DCHECK(position < size_);
    do position = permutation_(position);
    while (position >= size_);
    return position;
  }

  // At which position `index` comes.
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
