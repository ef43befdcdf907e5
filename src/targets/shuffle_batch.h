// Computes the indexes at many positions at once, for the packet path. Equal to Shuffle.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/instruction_set.h"
#include "targets/shuffle.h"

namespace masscan::targets {

class ShuffleBatch {
 public:
  static constexpr std::size_t kMost = 256;  // maximum of indexes in one call

  ShuffleBatch(const Shuffle& shuffle, InstructionSet instructions);

  // Sets indexes[i] to the index at position `first + i * step`.
  void operator()(std::uint64_t first, std::uint64_t step, std::span<std::uint64_t> indexes) const;

 private:
  // Permutes each word in place.
  using Kernel = void (*)(const Permutation& permutation, std::span<std::uint64_t> words);

  static Kernel choose(const Permutation& permutation, InstructionSet instructions);

  std::uint64_t size_;
  Permutation permutation_;
  Kernel permute_;
};

}  // namespace masscan::targets
