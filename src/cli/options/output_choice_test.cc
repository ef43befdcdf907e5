#include "cli/options/output_choice.h"

#include <gtest/gtest.h>

#include "cli/help/echo.h"
#include "cli/test_support.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

// "list:a xml:b", the main one last.
std::string chosen(const std::string& line, const std::string& config_file = kNoSystemConfig) {
  const auto settings = read(split_line(line), config_file);
  if (!settings) return settings.error().message;
  std::string text;
  for (const std::string& other : echo_also(settings->config)) text += other + " ";
  const output::OutputConfig& output = settings->config.output;
  text += output.format == nullptr ? "" : std::string(output.format->name);
  return text + ":" + output.file;
}

TEST(OutputChoice, KeepsAFilePerFormat) {
  EXPECT_EQ(chosen("-oL a"), "list:a");
  EXPECT_EQ(chosen("-oL a -oJ b -oX c"), "list:a json:b xml:c");
  EXPECT_EQ(chosen("-oL a -oJ b -oL c"), "json:b list:c");
  EXPECT_EQ(chosen("-oL a -oL b"), "list:b");
  EXPECT_EQ(chosen("-oA a"), "xml:a.xml grepable:a.gnmap list:a.list ndjson:a.ndjson");
  EXPECT_EQ(chosen("-oC a -oU b -oH c -oP d"), "csv:a unicornscan:b hostonly:c ipport:d");
}

TEST(OutputChoice, OfNameAndFormatAloneTheLastOneCountsAsForMasscan) {
  EXPECT_EQ(chosen("--output-filename a"), "xml:a");
  EXPECT_EQ(chosen("--output-filename a -oJ b"), "json:b");
  EXPECT_EQ(chosen("-oJ b --output-filename a"), "json:a");
  EXPECT_EQ(chosen("-oJ b --output-format list"), "list:b");
  EXPECT_EQ(chosen("--output-format list --output-filename a -oJ b"), "list:a json:b");
  EXPECT_EQ(chosen("-oL a -oJ b --output-format list"), "list:b");
}

TEST(OutputChoice, AlsoAddsAFile) {
  EXPECT_EQ(chosen("--output-also json:a:b -oL c"), "json:a:b list:c");
  EXPECT_EQ(chosen("--output-also json:a --output-also json:b"), "json:b :");
  EXPECT_EQ(chosen("--output-also json"),
            "--output-also: 'json' names no file; write FORMAT:FILE, such as json:scan.json");
  EXPECT_TRUE(chosen("--output-also jsn:a").starts_with("--output-also: unknown format 'jsn'"));
}

TEST(OutputChoice, RedisIsBesideFiles) {
  const auto redis = [](const std::string& line) {
    const auto settings = read(split_line(line));
    if (!settings) return settings.error().message;
    const auto& address = settings->config.output.redis;
    return address ? net::to_string(*address) : std::string();
  };
  EXPECT_EQ(redis("--output-format redis"), "127.0.0.1:6379");
  EXPECT_EQ(redis("--redis 10.0.0.1 --output-format redis"), "10.0.0.1:6379");
  EXPECT_EQ(redis("--output-format redis --redis '10.0.0.1 6380'"), "10.0.0.1:6380");
  EXPECT_EQ(redis("-oR [::1]:6380"), "[::1]:6380");
  EXPECT_EQ(chosen("-oX a --redis 10.0.0.1"), "xml:a");
  EXPECT_EQ(chosen("-oX a --output-format redis"), "xml:a");
  EXPECT_EQ(chosen("--output-format list --output-format redis"), ":");
  EXPECT_EQ(chosen("--output-filename '<redis>' --output-format redis"), ":");
}

TEST(OutputChoice, OfTheCommandLineReplacesThatOfFiles) {
  const test::TestFolder directory;
  const std::string file = directory.write("masscan.conf",
                                           "output-also = json:a\noutput-format = list\n"
                                           "output-filename = b\n");
  EXPECT_EQ(chosen("", file), "json:a list:b");
  EXPECT_EQ(chosen("-oX c", file), "xml:c");
  EXPECT_EQ(chosen("-oX c -oL d", file), "xml:c list:d");
}

TEST(OutputChoice, IsReadBackFromItsEcho) {
  const auto settings =
      read(split_line("-oL a -oJ b -oX c --xml nmap --base64 --fields ip,port "
                      "--filter 'port == 80 && ttl < 9'"));
  const std::string text = echo_text(settings->config);
  const test::TestFolder directory;
  const auto again = read({"-c", directory.write("echo.conf", text)});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->config.output, settings->config.output) << text;
}

}  // namespace
}  // namespace masscan::cli
