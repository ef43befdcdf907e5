#include "engine/pace/prefix_limit.h"

#include <gtest/gtest.h>

#include <string_view>

namespace masscan::engine {
namespace {

constexpr Instant kStart{std::chrono::hours(1)};

net::IpAddress address(std::string_view text) { return *net::IpAddress::parse(text); }

// How many probes of `target` are let through at `now`.
int taken(PrefixLimit& limit, std::string_view target, Instant now) {
  int count = 0;
  while (count < 1000 && limit.take(address(target), now)) ++count;
  return count;
}

TEST(PrefixLimit, KeepsTheRateOfEachPrefix) {
  PrefixLimit limit(20);
  int count = 0;
  for (Instant now = kStart; now < kStart + 10s; now += 1ms) {
    const int some = taken(limit, "10.0.0.1", now) + taken(limit, "10.0.0.255", now);
    EXPECT_LE(some, 1);
    count += some;
  }
  EXPECT_EQ(count, 20 * 10 + 1);
}

TEST(PrefixLimit, ReachesTheRateIfAskedRarely) {
  PrefixLimit limit(3000);
  int count = 0;
  for (Instant now = kStart; now < kStart + 10s; now += PrefixLimit::kEarly) {
    count += taken(limit, "fd09::1", now);
  }
  EXPECT_NEAR(count, 30000, 31);
}

TEST(PrefixLimit, TellsPrefixesApart) {
  PrefixLimit limit(1);
  EXPECT_EQ(taken(limit, "10.0.0.1", kStart), 1);
  EXPECT_EQ(taken(limit, "10.0.1.1", kStart), 1);
  EXPECT_EQ(taken(limit, "fd09::1", kStart), 1);
  EXPECT_EQ(taken(limit, "fd09::ffff:0:0:1", kStart), 0);
  EXPECT_EQ(taken(limit, "fd09:0:0:1::1", kStart), 1);
  EXPECT_EQ(taken(limit, "10.0.0.77", kStart + 980ms), 0);
  EXPECT_EQ(taken(limit, "10.0.0.77", kStart + 1s), 1);
}

TEST(PrefixLimit, ForgetsWhatWasNotSent) {
  PrefixLimit limit(1);
  EXPECT_EQ(taken(limit, "10.0.0.1", kStart), 1);
  limit.give_back(address("10.0.0.1"));
  EXPECT_EQ(taken(limit, "10.0.0.1", kStart), 1);
}

}  // namespace
}  // namespace masscan::engine
