#include "cli/control_command.h"

#include <gtest/gtest.h>

#include <vector>

namespace masscan::cli {
namespace {

TEST(ControlWords, AreWhatStandsBesideTheOption) {
  const struct {
    std::vector<std::string> arguments;
    const char* words;
  } rows[] = {
      {{"--control", "file", "pause"}, "pause"},
      {{"--control=file", "rate", "5000"}, "rate 5000"},
      {{"rate", "-5", "--control", "file"}, "rate -5"},
      {{"--control", "file", "halt"}, "halt"},
  };
  for (const auto& row : rows) {
    const auto found = find_control_words(row.arguments);
    ASSERT_TRUE(found) << row.words;
    EXPECT_EQ(found->file, "file");
    EXPECT_EQ(found->words, row.words);
  }
}

TEST(ControlWords, AreNoneWhereAScanIsAskedFor) {
  const std::vector<std::string> rows[] = {
      {},
      {"--control", "file"},
      {"--control"},
      {"pause"},
      {"--control", "file", "10.0.0.0/8"},
      {"--control", "file", "www.example.com"},
      {"--control", "file", "-p80", "pause"},
      {"--control", "file", "pause", "--rate", "5"},
      {"--controls", "file", "pause"},
  };
  for (const auto& arguments : rows) EXPECT_FALSE(find_control_words(arguments));
}

}  // namespace
}  // namespace masscan::cli
