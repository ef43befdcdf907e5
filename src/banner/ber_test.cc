#include "banner/ber.h"

#include <gtest/gtest.h>

#include <string>

namespace masscan::banner {
namespace {

using namespace std::string_view_literals;

std::optional<std::string> contents(std::string_view bytes) {
  Reader reader(as_bytes(bytes));
  const auto field = read_ber(reader);
  return field ? std::optional(std::string(as_text(field->contents))) : std::nullopt;
}

TEST(Ber, LengthsMayHaveAnyWidthUpToEightBytes) {
  for (std::size_t width = 1; width <= 8; ++width) {
    std::string field = "\x04";
    field += static_cast<char>(0x80 | width);
    field += std::string(width - 1, '\0') + "\x02" + "ab";
    EXPECT_EQ(contents(field), "ab") << width;
  }
  EXPECT_EQ(contents("\x04\x02"
                     "abc"sv),
            "ab");
  EXPECT_EQ(contents("\x04\x89\0\0\0\0\0\0\0\0\x02"
                     "ab"sv),
            std::nullopt);
}

TEST(Ber, LengthsThatDoNotFitAreRefused) {
  for (std::size_t width = 1; width <= 8; ++width) {
    std::string field = "\x04";
    field += static_cast<char>(0x80 | width);
    field += std::string(width, '\xff') + std::string(200, 'a');
    EXPECT_EQ(contents(field), std::nullopt) << width;
  }
  EXPECT_EQ(contents("\x04\x80"sv), std::nullopt);  // the indefinite form
  EXPECT_EQ(contents("\x04\x01"sv), std::nullopt);
  EXPECT_EQ(contents("\x04"sv), std::nullopt);
}

TEST(Ber, IntegersHaveSigns) {
  EXPECT_EQ(ber_integer(as_bytes(""sv)), 0);
  EXPECT_EQ(ber_integer(as_bytes("\x7f"sv)), 127);
  EXPECT_EQ(ber_integer(as_bytes("\x80"sv)), -128);
  EXPECT_EQ(ber_integer(as_bytes("\0\xff"sv)), 255);
  EXPECT_EQ(ber_integer(as_bytes("\xff\x7f"sv)), -129);
}

}  // namespace
}  // namespace masscan::banner
