#include "targets/shuffle_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace masscan::targets {
namespace {

// Compares positions first, first + step, ... in batches with single ones.
void expect_same(const Shuffle& shuffle, std::uint64_t first, std::uint64_t step,
                 std::size_t count) {
  std::vector<std::uint64_t> expected;
  for (std::size_t i = 0; i < count; ++i) expected.push_back(shuffle(first + i * step));
  for (const InstructionSet set : instruction_sets()) {
    std::vector<std::uint64_t> indexes(count);
    ShuffleBatch(shuffle, set)(first, step, indexes);
    ASSERT_EQ(indexes, expected) << "size " << shuffle.size() << ", from " << first << " by "
                                 << step << ", instruction set " << static_cast<int>(set);
  }
}

TEST(ShuffleBatch, IsTheShuffleForEverySmallSize) {
  for (std::uint64_t size = 1; size <= 600; ++size) {
    const Shuffle shuffle(size, size * 7);
    for (std::uint64_t first = 0; first < size; first += ShuffleBatch::kMost) {
      expect_same(shuffle, first, 1, std::min(ShuffleBatch::kMost, size - first));
    }
  }
}

TEST(ShuffleBatch, IsTheShuffleForAnySizeShareAndLength) {
  constexpr std::uint64_t kSeed = 1;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t size = 1 + (random.next() >> (1 + random.below(63)));
    const std::uint64_t first = random.below(size);
    const std::uint64_t step = 1 + random.below(std::max<std::uint64_t>(size / 100, 1));
    const std::uint64_t most = std::min(ShuffleBatch::kMost, (size - 1 - first) / step + 1);
    expect_same(Shuffle(size, random.next()), first, step, 1 + random.below(most));
  }
}

TEST(ShuffleBatch, WorksWhereTheKernelsChangeAndAtTheLargestSize) {
  for (const int bits : {31, 32, 33, 63}) {
    for (const std::uint64_t around : {0, 1, 2}) {
      const std::uint64_t size = (std::uint64_t{1} << bits) - around;
      expect_same(Shuffle(size, bits), size - 256, 1, 256);
    }
  }
}

}  // namespace
}  // namespace masscan::targets
