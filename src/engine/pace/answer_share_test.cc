#include "engine/pace/answer_share.h"

#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

TEST(AnswerShare, IsAQuarterWhateverTheBudget) {
  for (const std::size_t budget : {1u, 2u, 3u, 4u, 7u, 256u}) {
    AnswerShare share;
    std::size_t frames = 0;
    std::size_t answers = 0;
    for (; frames < 10'000; frames += budget) {
      const std::size_t allowed = share.of(budget);
      ASSERT_LE(allowed, budget);
      share.spend(allowed);
      answers += allowed;
    }
    EXPECT_LE(answers, frames / AnswerShare::kParts + 1) << budget;
    EXPECT_GE(answers, frames / AnswerShare::kParts) << budget;
  }
}

TEST(AnswerShare, LetsTheFirstAnswerGoAtOnce) {
  AnswerShare share;
  EXPECT_EQ(share.of(1), 1u);
  share.spend(1);
  EXPECT_EQ(share.of(1), 0u);
}

TEST(AnswerShare, SavesNothingForABurst) {
  AnswerShare share;
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
