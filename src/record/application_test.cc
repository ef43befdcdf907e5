#include "record/application.h"

#include <gtest/gtest.h>

namespace masscan::record {
namespace {

std::string name(int number) {
  std::string text;
  append_name(text, static_cast<Application>(number));
  return text;
}

TEST(Application, ParsesWhatItPrints) {
  for (int number = 0; number <= 0xffff; ++number) {
    const auto parsed = parse_application(name(number));
    ASSERT_TRUE(parsed) << number;
    ASSERT_EQ(name(static_cast<int>(*parsed)), name(number));
  }
}

TEST(Application, ParsesTheNewestOfOneName) {
  EXPECT_EQ(parse_application("ssh"), Application::kSsh2);
  EXPECT_EQ(parse_application("vnc"), Application::kVnc);
  EXPECT_EQ(parse_application("unknown"), Application::kUnknown);
}

TEST(Application, ParsesNothingElse) {
  for (const auto* text : {"", "HTTP", "http ", "()", "(4)", "(65536)", "(-1)", "(37", "37)"}) {
    EXPECT_FALSE(parse_application(text)) << text;
  }
}

TEST(Application, HasMasscansWordsForBannerTypes) {
  EXPECT_EQ(parse_banner_type("ssh1"), Application::kSsh1);
  EXPECT_EQ(parse_banner_type("ssh"), Application::kSsh2);
  EXPECT_EQ(parse_banner_type("vnc-old"), Application::kVncOld);
  EXPECT_EQ(parse_banner_type("x509ca"), Application::kX509Ca);
  EXPECT_EQ(banner_type(Application::kSsh2), "ssh2");
  for (const auto* text : {"", "X509", "unknown", "error", "(37)"}) {
    EXPECT_FALSE(parse_banner_type(text)) << text;
  }
}

}  // namespace
}  // namespace masscan::record
