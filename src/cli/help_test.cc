#include "cli/help.h"

#include <gtest/gtest.h>
#include <sstream>

#include "cli/options.h"

namespace masscan::cli {
namespace {

TEST(Help, FitsEightyColumns) {
  std::istringstream lines(help_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(Help, ListsEveryOptionThatHasASentence) {
  const std::string text = help_text();
  for (const Section& section : sections()) {
    EXPECT_NE(text.find(std::string(section.title)), std::string::npos);
    for (const Option& option : section.options) {
      if (option.help.empty() || option.name.empty()) continue;
      EXPECT_NE(text.find("--" + std::string(option.name)), std::string::npos) << option.name;
    }
  }
}

TEST(Version, IsTheFirstLine) { EXPECT_TRUE(version_text().starts_with("Masscan version 2.0.0")); }

}  // namespace
}  // namespace masscan::cli
