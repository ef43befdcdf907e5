#include "cli/config_file.h"

#include <gtest/gtest.h>

#include "cli/test_support.h"

namespace masscan::cli {
namespace {

std::vector<Given> parsed(std::string_view text) {
  auto givens = parse_config(text, "test.conf");
  EXPECT_TRUE(givens) << (givens ? "" : givens.error().message);
  return givens ? std::move(*givens) : std::vector<Given>();
}

TEST(ConfigFile, IsLinesOfKeyAndValue) {
  const auto givens = parsed("# My Scan\nrate =  100000.00\n\n  ports=80,443  \nMax_Rate = 5");
  ASSERT_EQ(givens.size(), 3u);
  EXPECT_EQ(givens[0].option->name, "rate");
  EXPECT_EQ(givens[0].value, "100000.00");
  EXPECT_EQ(givens[0].place, "test.conf:2:9: rate");
  EXPECT_EQ(givens[1].value, "80,443");
  EXPECT_EQ(givens[1].place, "test.conf:4:9: ports");
  EXPECT_EQ(givens[2].option->name, "rate");
}

TEST(ConfigFile, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(parsed("output-filename = a=b\n")[0].value, "a=b");
}

TEST(ConfigFile, TakesLinesThatBeginWithPunctuationForComments) {
  EXPECT_TRUE(parsed("# a\n; b\n/ c\n[section]\n======\n-----\n_x = 1\n\t\n").empty());
}

TEST(ConfigFile, AcceptsWindowsLinesAndByteOrderMark) {
  const auto givens = parsed("\xef\xbb\xbfrate = 5\r\nseed = 7\r\n");
  ASSERT_EQ(givens.size(), 2u);
  EXPECT_EQ(givens[0].value, "5");
  EXPECT_EQ(givens[1].value, "7");
}

TEST(ConfigFile, NeverCutsALongLine) {
  std::string ports;
  for (int port = 1; port < 65536; port += 2) ports += std::to_string(port) + ",";
  ports.pop_back();
  const auto givens = parsed("ports = " + ports + "\n");
  Settings settings;
  ASSERT_TRUE(apply_all(givens, settings));
  ASSERT_TRUE(settle(settings));
  EXPECT_EQ(settings.config.ports.count(), 32768u);
}

TEST(ConfigFile, KnowsIndexes) {
  const auto givens = parsed("adapter[0] = eth0\n");
  ASSERT_EQ(givens.size(), 1u);
  EXPECT_EQ(givens[0].index, "0");
}

}  // namespace
}  // namespace masscan::cli
