#include "base/divider.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace masscan {
namespace {

TEST(Divider, DividesLikeTheMachine) {
  Random random(1);
  constexpr std::uint64_t kTop = std::uint64_t{1} << 63;
  std::vector<std::uint64_t> divisors = {1, 2, 3, kTop, kTop - 1, kTop / 2, kTop / 2 + 1};
  for (int i = 0; i < 2000; ++i) divisors.push_back(1 + (random.next() >> (1 + random.below(63))));
  for (const std::uint64_t divisor : divisors) {
    const Divider by(divisor);
    std::vector<std::uint64_t> values = {0, 1, divisor - 1, kTop - 1, kTop - kTop % divisor - 1};
    for (int i = 0; i < 20; ++i) values.push_back(random.next() >> (1 + random.below(63)));
    for (const std::uint64_t multiple : {1u, 2u, 1000u}) {
      if (divisor < kTop / multiple) values.push_back(divisor * multiple);
    }
    for (const std::uint64_t value : values) {
      EXPECT_EQ(by.quotient(value), value / divisor) << value << " / " << divisor;
    }
  }
}

}  // namespace
}  // namespace masscan
