#include "engine/pace/response_share.h"

#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

TEST(ResponseShare, IsAQuarterWhateverTheBudget) {
  for (const std::size_t budget : {1u, 2u, 3u, 4u, 7u, 256u}) {
    ResponseShare share;
    std::size_t frames = 0;
    std::size_t responses = 0;
    for (; frames < 10'000; frames += budget) {
      const std::size_t allowed = share.of(budget);
      ASSERT_LE(allowed, budget);
      share.spend(allowed);
      responses += allowed;
    }
    EXPECT_LE(responses, frames / ResponseShare::kParts + 1) << budget;
    EXPECT_GE(responses, frames / ResponseShare::kParts) << budget;
  }
}

TEST(ResponseShare, LetsTheFirstResponseGoAtOnce) {
  ResponseShare share;
  EXPECT_EQ(share.of(1), 1u);
  share.spend(1);
  EXPECT_EQ(share.of(1), 0u);
}

TEST(ResponseShare, SavesNothingForABurst) {
  ResponseShare share;
  for (int i = 0; i < 1000; ++i) {
    share.of(1);
    share.spend(0);
  }
  EXPECT_EQ(share.of(1), 1u);
  share.spend(1);
  EXPECT_EQ(share.of(1), 0u);
}

}  // namespace
}  // namespace masscan::engine
