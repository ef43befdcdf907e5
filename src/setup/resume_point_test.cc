#include "setup/resume_point.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace masscan::setup {
namespace {

const ResumePoint kPoint{.plan = 0x0123456789abcdef,
                         .began = 1764083000,
                         .turns = {70, 50, 0},
                         .settings = 0xfedcba9876543210};

RC_GTEST_PROP(ResumePointText, IsReadBack, ()) {
  ResumePoint point{.plan = *rc::gen::arbitrary<std::uint64_t>(),
                    .began = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000),
                    .turns = *rc::gen::nonEmpty<std::vector<std::uint64_t>>()};
  if (*rc::gen::arbitrary<bool>()) point.settings = *rc::gen::arbitrary<std::uint64_t>();
  std::sort(point.turns.rbegin(), point.turns.rend());
  RC_ASSERT(parse_resume_point(to_text(point)) == point);
}

TEST(ResumePointText, IsAsLongForAllPointsOfAPlan) {
  ResumePoint late = kPoint;
  late.turns = {~std::uint64_t{0}, 12345678901234, 1};
  EXPECT_EQ(to_text(late).size(), to_text(kPoint).size());
}

TEST(ResumePoint, TakesTheEarlierTurnOfEachRound) {
  ResumePoint point = kPoint;
  ResumePoint other = kPoint;
  other.turns = {90, 10, 5};
  point.take_earlier(other);
  EXPECT_EQ(point.turns, (std::vector<std::uint64_t>{70, 10, 0}));
}

TEST(ResumePointText, MakesSenseOnlyAsAWhole) {
  const std::string text = to_text(kPoint);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '1' ? '2' : '1';
    EXPECT_FALSE(parse_resume_point(changed)) << changed;
    EXPECT_FALSE(parse_resume_point(text.substr(0, i)));
  }
  EXPECT_FALSE(parse_resume_point(text + " "));
}

TEST(ResumePointText, OfOlderVersionsHasNoCheckSumOfTheSettings) {
  const auto point = parse_resume_point(
      "29739b70da5e471e 001795937071 00000000000000002025 00000000000000001152 5460f64e0c18d6d0");
  ASSERT_TRUE(point);
  EXPECT_FALSE(point->settings);
  EXPECT_EQ(point->turns, (std::vector<std::uint64_t>{2025, 1152}));
}

TEST(ResumePointText, HoldsNoRoundThatIsAheadOfAnEarlierOne) {
  ResumePoint point = kPoint;
  point.turns = {50, 70};
  EXPECT_FALSE(parse_resume_point(to_text(point)));
}

}  // namespace
}  // namespace masscan::setup
