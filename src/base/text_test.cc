#include "base/text.h"

#include <gtest/gtest.h>

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
