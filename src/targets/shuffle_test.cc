#include "targets/shuffle.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "base/random.h"
#include "support/sample.h"

namespace masscan::targets {
namespace {

void expect_bijection(std::uint64_t size, std::uint64_t seed) {
  const Shuffle shuffle(size, seed);
  std::vector<bool> visited(size);
  for (std::uint64_t position = 0; position < size; ++position) {
    const std::uint64_t index = shuffle(position);
    const bool is_new = index < size && !visited[index];
    // a macro here would dominate the run time
    if (!is_new || shuffle.inverse(index) != position) {
      FAIL() << "size " << size << ", position " << position << ": " << index;
    }
    visited[index] = true;
  }
}

TEST(Shuffle, VisitsEveryIndexOnceForEverySmallSize) {
  constexpr std::size_t kStep = test::all_or(1, 7);
  for (std::uint64_t size = 1; size <= 4096; size += kStep) expect_bijection(size, size * 7);
}

TEST(Shuffle, VisitsEveryIndexOnceForLargerSizes) {
  Random random(1);
  for (int i = 0; i < 10; ++i) expect_bijection(4096 + random.below(500'000), random.next());
}

RC_GTEST_PROP(Shuffle, FindsEveryPositionAgainForAnySize, (std::uint64_t seed)) {
  Random random(seed);
  const std::uint64_t size = 1 + (random.next() >> (1 + random.below(63)));
  const Shuffle shuffle(size, random.next());
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t position = random.below(size);
    const std::uint64_t index = shuffle(position);
    RC_ASSERT(index < size);
    RC_ASSERT(shuffle.inverse(index) == position);
  }
}

TEST(Shuffle, WorksAtTheLargestSize) {
  constexpr std::uint64_t kSize = std::uint64_t{1} << 63;
  const Shuffle shuffle(kSize, 1);
  EXPECT_LT(shuffle(kSize - 1), kSize);
  EXPECT_EQ(shuffle.inverse(shuffle(kSize - 1)), kSize - 1);
}

std::vector<std::uint64_t> order(std::uint64_t size, std::uint64_t seed) {
  const Shuffle shuffle(size, seed);
  std::vector<std::uint64_t> indexes;
  for (std::uint64_t i = 0; i < size; ++i) indexes.push_back(shuffle(i));
  return indexes;
}

// Paused scans and shards on other machines depend on this order.
TEST(Shuffle, KeepsItsOrderFromVersionToVersion) {
  EXPECT_EQ(order(10, 1), (std::vector<std::uint64_t>{1, 7, 4, 3, 8, 9, 6, 0, 5, 2}));
  EXPECT_EQ(Shuffle(std::uint64_t{1} << 40, 12345)(6789), 575'697'014'753u);
}

TEST(Shuffle, GivesEveryOrderOfTinySizes) {
  constexpr std::array<std::size_t, 6> kFactorial = {1, 1, 2, 6, 24, 120};
  for (std::uint64_t size = 1; size < kFactorial.size(); ++size) {
    std::set<std::vector<std::uint64_t>> orders;
    for (std::uint64_t seed = 0; seed < 5000; ++seed) orders.insert(order(size, seed));
    EXPECT_EQ(orders.size(), kFactorial[size]) << size;
  }
}

TEST(Shuffle, PutsEveryIndexEverywhereWithTinySizes) {
  constexpr int kSeeds = 6000;
  for (std::uint64_t size = 2; size <= 12; ++size) {
    std::vector<int> first(size);
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) ++first[Shuffle(size, seed)(0)];
    const double expected = static_cast<double>(kSeeds) / static_cast<double>(size);
    for (const int count : first) EXPECT_NEAR(count, expected, 5 * std::sqrt(expected)) << size;
  }
}

// Returns chi-square of the positions of the first hundredth, in sixteen equal parts.
double unevenness(std::uint64_t size, std::uint64_t seed) {
  const Shuffle shuffle(size, seed);
  const std::uint64_t count = size / 100;
  std::array<double, 16> parts{};
  for (std::uint64_t i = 0; i < count; ++i) ++parts[shuffle(i) / (size / 16 + 1)];
  const double expected = static_cast<double>(count) / 16;
  double sum = 0;
  for (const double part : parts) sum += (part - expected) * (part - expected) / expected;
  return sum;
}

TEST(Shuffle, SpreadsItsBeginningEvenly) {
  for (const std::uint64_t size : {50'000, 65'536, 65'537, 1'000'003, 16'777'216}) {
    constexpr int kSeeds = 30;
    double sum = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      const double chi_square = unevenness(size, seed);
      EXPECT_LT(chi_square, 50) << size << " seed " << seed;  // 15 degrees of freedom: p = 1e-5
      sum += chi_square;
    }
    EXPECT_NEAR(sum / kSeeds, 15, 4) << size;
  }
}

// Counts how many of the next 50 positions are in the same block of 256 indexes, a /24.
TEST(Shuffle, SendsNeighboursToOtherNetworks) {
  constexpr std::uint64_t kSize = 1 << 20;
  constexpr int kPositions = 20'000;
  constexpr int kWindow = 50;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Shuffle shuffle(kSize, seed);
    int same = 0;
    for (std::uint64_t i = 0; i < kPositions; ++i) {
      for (std::uint64_t j = 1; j <= kWindow; ++j) same += shuffle(i) / 256 == shuffle(i + j) / 256;
    }
    constexpr double kExpected = kPositions * kWindow * 256.0 / kSize;
    EXPECT_NEAR(same, kExpected, kExpected / 2) << seed;
  }
}

}  // namespace
}  // namespace masscan::targets
