#include "cli/config_file.h"

#include <gtest/gtest.h>

#include "cli/options/echo_values.h"
#include "cli/read_settings.h"
#include "cli/test_support.h"

namespace masscan::cli {
namespace {

std::vector<OptionUse> parsed(std::string_view text) {
  auto uses = parse_config(text, "test.conf");
  EXPECT_TRUE(uses) << (uses ? "" : uses.error().message);
  return uses ? std::move(*uses) : std::vector<OptionUse>();
}

TEST(ConfigFile, IsLinesOfKeyAndValue) {
  const auto uses = parsed("# My Scan\nrate =  100000.00\n\n  ports=80,443  \nMax_Rate = 5");
  ASSERT_EQ(uses.size(), 3u);
  EXPECT_EQ(uses[0].option->name, "rate");
  EXPECT_EQ(uses[0].value, "100000.00");
  EXPECT_EQ(uses[0].place, "test.conf:2:9: rate");
  EXPECT_EQ(uses[1].value, "80,443");
  EXPECT_EQ(uses[1].place, "test.conf:4:9: ports");
  EXPECT_EQ(uses[2].option->name, "rate");
}

TEST(ConfigFile, SplitsAtTheFirstEqualsSign) {
  EXPECT_EQ(parsed("output-filename = a=b\n")[0].value, "a=b");
}

TEST(ConfigFile, TakesLinesThatBeginWithPunctuationForComments) {
  EXPECT_TRUE(parsed("# a\n; b\n/ c\n[section]\n======\n-----\n_x = 1\n\t\n").empty());
}

TEST(ConfigFile, AcceptsWindowsLinesAndByteOrderMark) {
  const auto uses = parsed("\xef\xbb\xbfrate = 5\r\nseed = 7\r\n");
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[0].value, "5");
  EXPECT_EQ(uses[1].value, "7");
}

TEST(ConfigFile, NeverCutsALongLine) {
  std::string ports;
  for (int port = 1; port < 65536; port += 2) ports += std::to_string(port) + ",";
  ports.pop_back();
  const auto uses = parsed("ports = " + ports + "\n");
  Settings settings;
  ASSERT_TRUE(apply_all(uses, settings));
  ASSERT_TRUE(settle(settings));
  EXPECT_EQ(settings.config.ports.count(), 32768u);
}

TEST(ConfigFile, EndsAValueWhereABlankAndAHashBeginAComment) {
  const struct {
    std::string_view line;
    std::string_view value;
  } kCases[] = {
      {"adapter = eth0 # nic", "eth0"},
      {"adapter = eth0\t#nic", "eth0"},
      {"rate = 5000      # a comment = with more", "5000"},
      {"range = 10.1.1.0/24 # lab # room 5", "10.1.1.0/24"},
      {"output-filename = scan#1.json", "scan#1.json"},
      {"output-filename = #1.json", ""},
      {"output-filename =#1.json", "#1.json"},
      {"output-filename = a ; b", "a ; b"},
      {"output-filename = a // b", "a // b"},
      {"output-filename = \"a # b.json\"", "a # b.json"},
      {"output-filename = \"\" # none", ""},
      {"output-filename = \" a \" # none", " a "},
      {"output-filename = \"say \"\"no\"\"\"", "say \"no\""},
      {"output-filename = \"a\" or \"b\" # both", "\"a\" or \"b\""},
      {"output-filename = \"a", "\"a"},
  };
  for (const auto& [line, value] : kCases) {
    const auto uses = parsed(line);
    EXPECT_EQ(uses.empty() ? "" : *uses[0].value, value) << line;
  }
}

TEST(ConfigFile, ReadsBackWhatNeedsQuotes) {
  for (const std::string value :
       {"plain", "a#b", "a # b", "#a", "\"a\"", "\"", "a\" # \"b", "a \"b\"", "\"\" # \"\""}) {
    const auto uses = parsed("output-filename = " + quoted_if_needed(value) + "\n");
    ASSERT_EQ(uses.size(), 1u) << value;
    EXPECT_EQ(uses[0].value, value);
  }
  EXPECT_EQ(quoted_if_needed("a#b \"c\""), "a#b \"c\"");
}

TEST(ConfigFile, TakesAnEmptyValueForNotSetWhereNothingIsLost) {
  EXPECT_TRUE(parsed("adapter = \nadapter-ip=\noutput-format = \noutput-filename =\npcap = \n"
                     "ports = # none\nhttp-user-agent = \"\"\n")
                  .empty());
  for (const char* key : {"exclude", "excludefile", "exclude-ports", "shard", "offline", "rate",
                          "range", "includefile", "seed", "conf"}) {
    const auto uses = parsed(std::string(key) + " = \n");
    ASSERT_EQ(uses.size(), 1u) << key;
    EXPECT_EQ(uses[0].value, "") << key;
  }
}

TEST(ConfigFile, OfOldVersionsOfMasscanLoads) {
  const auto uses = parsed(
      "rate =     100.00\nrandomize-hosts = true\nshard = 1/1\n# ADAPTER SETTINGS\nadapter = \n"
      "adapter-ip = 0.0.0.0\nadapter-mac = 00:00:00:00:00:00\nrouter-mac = 00:00:00:00:00:00\n"
      "# OUTPUT/REPORTING SETTINGS\noutput-format = unknown(0)\nshow = open,,\n"
      "output-filename = \nrotate = 0\nrotate-dir = .\nrotate-offset = 0\nrotate-filesize = 0\n"
      "pcap = \n# TARGET SELECTION (IP, PORTS, EXCLUDES)\nretries = 0\nports = 27017\n"
      "range = 10.160.0.0/12\n\ncapture = cert\nnocapture = html\nnocapture = heartbleed\n"
      "nocapture = ticketbleed\n\nmin-packet = 60\n");
  Settings settings;
  ASSERT_TRUE(apply_all(uses, settings));
  ASSERT_TRUE(settle(settings));
  const setup::Config& config = settings.config;
  EXPECT_TRUE(check_scan(config));
  EXPECT_TRUE(config.network == setup::NetworkConfig());
  EXPECT_TRUE(config.output == output::OutputConfig());
  EXPECT_EQ(to_string(config.ports), "27017");
}

TEST(ConfigFile, KnowsIndexes) {
  const auto uses = parsed("adapter[0] = eth0\n");
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].index, "0");
}

}  // namespace
}  // namespace masscan::cli
