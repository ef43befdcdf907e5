#include "banner/answer_text.h"

#include <gtest/gtest.h>

namespace masscan::banner {
namespace {

TEST(AnswerText, IsCutAtItsLimitWhateverStandsBefore) {
  std::string out = "before";
  AnswerText text(out);
  text.add(std::string(kMaxAnswerText - 1, 'a'));
  text.format("{}", "bcd");
  text.add("e");
  EXPECT_EQ(out, "before" + std::string(kMaxAnswerText - 1, 'a') + "b");
}

TEST(AnswerText, SeparatesWhatItAdded) {
  std::string out = "before";
  AnswerText text(out);
  text.separate(' ');
  text.add("a");
  text.separate(' ');
  text.add("b");
  EXPECT_EQ(out, "beforea b");
}

}  // namespace
}  // namespace masscan::banner
