#include "base/text.h"

#include <gtest/gtest.h>

#include "base/result.h"
#include "base/uint128.h"

namespace masscan {
namespace {

TEST(Text, NumbersAreNumbersToTheLastCharacter) {
  EXPECT_EQ(parse_number<std::uint16_t>("65535"), 65535);
  EXPECT_EQ(parse_number<std::uint8_t>("fF", 16), 255);
  for (const char* text : {"", "65536", "-1", "+1", "1 ", " 1", "1x", "0x1"}) {
    EXPECT_FALSE(parse_number<std::uint16_t>(text)) << text;
  }
}

TEST(Text, IsTakenLineByLine) {
  std::string_view text = "GET /\r\n\nlast";
  EXPECT_EQ(take_line(text), "GET /");
  EXPECT_EQ(take_line(text), "");
  EXPECT_EQ(take_line(text), "last");
  EXPECT_EQ(text, "");
}

TEST(Text, PrintableTextDoesNothingToATerminal) {
  const struct {
    std::string_view text;
    std::string_view shown;
  } kCases[] = {
      {"plain \\ ~", "plain \\ ~"},
      {"a\tb\n\x1b]0;x\x07\x7f", "a\\x09b\\x0a\\x1b]0;x\\x07\\x7f"},
      {"\x9b"
       "31m",
       "\\x9b"
       "31m"},  // an 8-bit CSI
      {"\xc2\x9b"
       "31m",
       "\\xc2\\x9b"
       "31m"},  // the same in UTF-8
      {"\xc2\xa0\xc4\x9b\xe2\x80\x93\xf0\x9f\x98\x80",
       "\xc2\xa0\xc4\x9b\xe2\x80\x93\xf0\x9f\x98\x80"},
      {"\xc4", "\\xc4"},                    // truncated
      {"\xe0\x82\x9b", "\\xe0\\x82\\x9b"},  // an overlong encoding of U+009B
      {"\xed\xa0\x80\xf4\x90\x80\x80\xff", "\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xff"},
  };
  for (const auto& [text, shown] : kCases) {
    EXPECT_EQ(printable(text), shown);
    EXPECT_EQ(printable(printable(text)), shown);
  }
}

TEST(Text, AnExcerptIsShort) {
  EXPECT_EQ(excerpt("rtae"), "rtae");
  EXPECT_EQ(excerpt(std::string(3'000'000, 'x')), std::string(60, 'x') + "...");
}

TEST(Errors, AreFitForATerminalWhateverTheyName) {
  EXPECT_EQ(usage_error("no such option '{}'", "\x1b]0;x\x07").message,
            "no such option '\\x1b]0;x\\x07'");
  EXPECT_EQ(run_error("{}", "\x9b").within("a\nb").message, "a\\x0ab: \\x9b");
}

TEST(Text, EditDistanceCountsEdits) {
  EXPECT_EQ(edit_distance("rate", "rate"), 0u);
  EXPECT_EQ(edit_distance("rtae", "rate"), 2u);
  EXPECT_EQ(edit_distance("", "rate"), 4u);
  EXPECT_EQ(edit_distance("excludefle", "excludefile"), 1u);
}

TEST(Uint128, PrintsEveryDigit) {
  EXPECT_EQ(to_string(Uint128{0}), "0");
  EXPECT_EQ(to_string(~Uint128{0}), "340282366920938463463374607431768211455");
}

}  // namespace
}  // namespace masscan
