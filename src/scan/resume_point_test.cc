#include "scan/resume_point.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace masscan::scan {
namespace {

const ResumePoint kPoint{.plan = 0x0123456789abcdef, .began = 1764083000, .turns = {70, 50, 0}};

RC_GTEST_PROP(ResumePointText, IsReadBack, ()) {
  ResumePoint point{.plan = *rc::gen::arbitrary<std::uint64_t>(),
                    .began = *rc::gen::inRange<std::uint64_t>(0, 1'000'000'000'000),
                    .turns = *rc::gen::nonEmpty<std::vector<std::uint64_t>>()};
  std::sort(point.turns.rbegin(), point.turns.rend());
  RC_ASSERT(parse_resume_point(to_text(point)) == point);
}

TEST(ResumePointText, IsAsLongForAllPointsOfAPlan) {
  ResumePoint late = kPoint;
  late.turns = {~std::uint64_t{0}, 12345678901234, 1};
  EXPECT_EQ(to_text(late).size(), to_text(kPoint).size());
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

TEST(ResumePointText, HoldsNoRoundThatIsAheadOfAnEarlierOne) {
  ResumePoint point = kPoint;
  point.turns = {50, 70};
  EXPECT_FALSE(parse_resume_point(to_text(point)));
}

}  // namespace
}  // namespace masscan::scan
