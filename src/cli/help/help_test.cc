#include "cli/help/help.h"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "cli/options/settings.h"
#include "cli/options/table.h"

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

TEST(Help, GivesDefaultsThatChangeNothing) {
  int count = 0;
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (option.default_value == nullptr) continue;
      const std::string value = option.default_value();
      Settings settings;
      const OptionUse use{&option, std::string(option.name), {}, value, "here"};
      ASSERT_TRUE(option.apply(settings, use)) << option.name << " " << value;
      EXPECT_TRUE(settings.config == setup::Config()) << option.name << " " << value;
      ++count;
    }
  }
  EXPECT_GE(count, 12);
  EXPECT_NE(help_text().find("(default: paused.conf)"), std::string::npos);
}

TEST(Usage, IsShort) {
  std::istringstream lines(usage_text());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80u) << line;
  EXPECT_LE(count, 10);
  EXPECT_NE(usage_text().find("masscan --help"), std::string::npos);
}

TEST(Version, HasTheFormOfMasscans) {
  const std::regex form(R"(\nMasscan version 2\.0\.0 \( https?://\S+ \)\n)");
  EXPECT_TRUE(std::regex_match(version_text(), form)) << version_text();
}

}  // namespace
}  // namespace masscan::cli
