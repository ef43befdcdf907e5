#include "engine/pace/response_limit.h"

#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

using Kind = ResponseLimit::Kind;

constexpr Instant kBegin(std::chrono::seconds(1000));

net::IpAddress host(std::uint32_t number) { return net::Ipv4Address(0x0a000000 + number); }

ResponseLimit make_limit() { return ResponseLimit::open({1, 2}).value(); }

TEST(ResponseLimit, AdmitsOneASecondOfEachTarget) {
  ResponseLimit limit = make_limit();
  std::size_t admitted = 0;
  for (Duration time{0}; time < 10s; time += 200us) {
    if (limit.admit(Kind::kReply, host(1), 80, kBegin + time)) ++admitted;
  }
  EXPECT_GE(admitted, 10u);
  EXPECT_LE(admitted, 12u);
}

TEST(ResponseLimit, AdmitsWhatARepeatingKernelAsks) {
  ResponseLimit limit = make_limit();
  for (const Duration time : {Duration(0s), Duration(999ms), Duration(2998ms), Duration(6997ms)}) {
    EXPECT_TRUE(limit.admit(Kind::kReply, host(1), 80, kBegin + time));
  }
}

TEST(ResponseLimit, TellsTargetsAndKindsApart) {
  ResponseLimit limit = make_limit();
  EXPECT_TRUE(limit.admit(Kind::kReply, host(1), 80, kBegin));
  EXPECT_FALSE(limit.admit(Kind::kReply, host(1), 80, kBegin));
  EXPECT_TRUE(limit.admit(Kind::kReply, host(1), 81, kBegin));
  EXPECT_TRUE(limit.admit(Kind::kReply, host(2), 80, kBegin));
  EXPECT_TRUE(limit.admit(Kind::kNeighborQuery, host(1), 80, kBegin));
}

TEST(ResponseLimit, AdmitsEverybodyOnceHoweverManyThereAre) {
  ResponseLimit limit = make_limit();
  for (std::uint32_t i = 0; i < 4 * (ResponseLimit::kSets * ResponseLimit::kWays); ++i) {
    ASSERT_TRUE(limit.admit(Kind::kReply, host(i), 80, kBegin));
  }
}

}  // namespace
}  // namespace masscan::engine
