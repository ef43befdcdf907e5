#include "stack/timer_wheel.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/random.h"

namespace masscan::stack {
namespace {

struct LinkOf {
  std::vector<TimerLink>* links;
  TimerLink& operator()(std::uint32_t number) const { return (*links)[number]; }
};

class TimerWheelTest : public testing::Test {
 protected:
  std::vector<TimerLink> links{1000};
  TimerWheel<LinkOf> wheel{LinkOf{&links}};
  Instant now{5000s};
};

TEST_F(TimerWheelTest, TimersGoOffAtTheirTime) {
  wheel.set(1, now + 100ms, now);
  wheel.set(2, now + 50ms, now);
  EXPECT_EQ(wheel.pop(now + 49ms), std::nullopt);
  EXPECT_EQ(wheel.pop(now + 60ms), 2u);
  EXPECT_EQ(wheel.pop(now + 99ms), std::nullopt);
  EXPECT_EQ(wheel.pop(now + 110ms), 1u);
  EXPECT_TRUE(wheel.is_empty());
}

TEST_F(TimerWheelTest, ATimerCanBeSetAgainOrStopped) {
  wheel.set(1, now + 10ms, now);
  wheel.set(1, now + 1s, now);
  wheel.set(2, now + 10ms, now);
  wheel.stop(2);
  EXPECT_EQ(wheel.pop(now + 900ms), std::nullopt);
  EXPECT_EQ(wheel.pop(now + 1100ms), 1u);
}

// One that lies far ahead may come early, but never late.
TEST_F(TimerWheelTest, NoneIsLate) {
  Random random(1);
  std::map<std::uint32_t, Instant> expected;
  for (int step = 0; step < 20000; ++step) {
    now += std::chrono::milliseconds(random.below(40));
    const auto number = static_cast<std::uint32_t>(random.below(links.size()));
    const Instant at = now + std::chrono::milliseconds(random.below(60000));
    wheel.set(number, at, now);
    expected[number] = at;
    while (const auto due = wheel.pop(now)) {
      if (expected[*due] > now) {
        wheel.set(*due, expected[*due], now);
      } else {
        expected.erase(*due);
      }
    }
    for (const auto& [waiting, when] : expected) ASSERT_GE(when + 20ms, now) << waiting;
  }
}

}  // namespace
}  // namespace masscan::stack
