#include "cli/options/units.h"

#include <gtest/gtest.h>

#include "cli/help/echo.h"
#include "cli/test_support.h"

namespace masscan::cli {
namespace {

const output::OutputConfig output(const std::string& line) {
  return read(split_line(line)).value().config.output;
}

TEST(Amount, ReadsSpansOfTime) {
  const std::pair<const char*, Duration> cases[] = {
      {"90", 90s},        {"90s", 90s},
      {"'10 min'", 600s}, {"2m", 120s},
      {"hourly", 3600s},  {"DAILY", 86400s},
      {"1d", 86400s},     {"'2 weeks'", 1209600s},
      {"0", 0s},          {"2147483647", 2147483647s}};
  for (const auto& [text, span] : cases) {
    EXPECT_EQ(output(std::string("--rotate ") + text).rotation.period, span) << text;
  }
}

TEST(Amount, ReadsOffsetsFromEitherEndOfTheDay) {
  EXPECT_EQ(output("--rotate-offset 10m").rotation.offset, 600s);
  EXPECT_EQ(output("--rotate-offset -1h").rotation.offset, 82800s);
  EXPECT_EQ(output("--rotate-offset -0").rotation.offset, 0s);
}

TEST(Amount, ReadsSizes) {
  EXPECT_EQ(output("--rotate-size 1000").rotation.size_bytes, 1000u);
  EXPECT_EQ(output("--rotate-size 10M").rotation.size_bytes, 10u << 20);
  EXPECT_EQ(output("--rotate-size '1 GiB'").rotation.size_bytes, 1u << 30);
  EXPECT_EQ(output("--rotate-size 15e").rotation.size_bytes, std::uint64_t{15} << 60);
}

TEST(Amount, IsEchoedInSecondsAndBytes) {
  const std::string text = echo_text(
      read(split_line("--rotate hourly --rotate-offset -1h --rotate-size 10M --rotate-dir /x//"))
          .value()
          .config);
  EXPECT_NE(text.find("\nrotate = 3600\nrotate-dir = /x\nrotate-offset = 82800\n"
                      "rotate-size = 10485760\n"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace masscan::cli
