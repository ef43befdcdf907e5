#include "net/rate.h"

#include <gtest/gtest.h>

#include <limits>

namespace masscan::net {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Rate, IsANumberWithinBoundsOrNoLimit) {
  EXPECT_EQ(parse_rate("5000"), 5000);
  EXPECT_EQ(parse_rate("0.01"), 0.01);
  EXPECT_EQ(parse_rate("1000000000000"), 1e12);
  EXPECT_EQ(parse_rate("MAX"), kInfinity);
  EXPECT_EQ(parse_rate("unlimited"), kInfinity);
  for (const char* text :
       {"", "0", "-5", "0.009", "1000000000001", "1e6", "nan", "inf", "5 6", "10k", "maximal"}) {
    EXPECT_EQ(parse_rate(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace masscan::net
