#include "engine/pace/silence.h"

#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

constexpr Instant kFirst(std::chrono::seconds(1000));

// Feeds `count` replies; returns the time of the last one.
Instant answer(Silence& silence, int count, Duration gap) {
  Instant at = kFirst;
  for (int i = 0; i < count; ++i, at += gap) silence.on_answer(at);
  return at - gap;
}

TEST(Silence, IsUnusualSixteenGapsAfterTheLastAnswer) {
  Silence silence;
  const Instant last = answer(silence, 100, 50ms);
  EXPECT_FALSE(silence.is_unusual(last + 790ms));
  EXPECT_TRUE(silence.is_unusual(last + 820ms));
}

TEST(Silence, IsNotUnusualForAFractionOfASecond) {
  Silence silence;
  const Instant last = answer(silence, 1000, 10us);
  EXPECT_FALSE(silence.is_unusual(last + 300ms));
  EXPECT_TRUE(silence.is_unusual(last + 301ms));
}

TEST(Silence, IsUsualWhereFewHaveAnswered) {
  Silence silence;
  EXPECT_FALSE(silence.is_unusual(kFirst));
  const Instant last = answer(silence, 7, 10ms);
  EXPECT_FALSE(silence.is_unusual(last + std::chrono::hours(1)));
}

}  // namespace
}  // namespace masscan::engine
