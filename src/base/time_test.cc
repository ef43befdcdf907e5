#include "base/time.h"

#include <gtest/gtest.h>

namespace masscan {
namespace {

TEST(Time, HoldsSecondsOfAnyNumber) {
  EXPECT_EQ(from_seconds(1.5), 1500ms);
  EXPECT_EQ(from_seconds(-1.5), -1500ms);
  EXPECT_EQ(from_seconds(2.4e10), from_seconds(9e9));
  EXPECT_EQ(from_seconds(-2.4e10), from_seconds(-9e9));
  EXPECT_GT(from_seconds(2.4e10), 285 * 365 * 24h);
}

}  // namespace
}  // namespace masscan
