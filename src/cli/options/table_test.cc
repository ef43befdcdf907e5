#include "cli/options/table.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"

namespace masscan::cli {
namespace {

template <typename Visit>
void for_each_option(Visit visit) {
  for (const Section& section : sections()) {
    for (const Option& option : section.options) visit(option);
  }
}

TEST(Options, HaveEveryNameOnce) {
  std::set<std::string> names;
  for_each_option([&](const Option& option) {
    if (!option.name.empty()) {
      EXPECT_TRUE(names.insert(normalize(option.name)).second) << option.name;
    }
    for (const auto alias : split_words(option.aliases)) {
      EXPECT_TRUE(names.insert(normalize(alias)).second) << alias;
    }
    for (const auto word : split_words(option.shorts)) {
      EXPECT_TRUE(names.insert(std::string(word)).second) << word;
      EXPECT_LE(word.size(), kLongestShort) << word;
    }
  });
}

TEST(Options, CanAllBeGivenAndApplied) {
  for_each_option([](const Option& option) {
    EXPECT_FALSE(option.name.empty() && option.shorts.empty());
    EXPECT_TRUE(option.apply != nullptr || option.phase == Phase::kConfigFile) << option.name;
    EXPECT_FALSE(option.echo != nullptr && option.name.empty());
  });
}

TEST(Options, SayTheirValueAndEndTheirSentence) {
  for_each_option([](const Option& option) {
    if (option.help.empty()) return;
    EXPECT_EQ(option.help.back(), '.') << option.help;
    if (option.arity == Arity::kRequired) {
      EXPECT_FALSE(option.value_name.empty()) << option.name << option.shorts;
    }
  });
}

TEST(FindLong, IgnoresCaseDashesUnderscoresAndDots) {
  const Option* option = find_long("excludefile");
  ASSERT_NE(option, nullptr);
  for (const auto name : {"exclude-file", "EXCLUDE_FILE", "ex.clude-file", "ExcludeFile"}) {
    EXPECT_EQ(find_long(name), option) << name;
  }
}

TEST(FindLong, KnowsNoAbbreviations) {
  EXPECT_EQ(find_long("exclud"), nullptr);
  EXPECT_EQ(find_long(""), nullptr);
  EXPECT_EQ(find_long("--"), nullptr);
}

TEST(FindShort, IsExact) {
  EXPECT_NE(find_short("-oL"), nullptr);
  EXPECT_EQ(find_short("-ol"), nullptr);
  EXPECT_NE(find_short("-P"), find_short("-p"));
}

TEST(Suggestion, NamesTheNearestOptionOrTheHelp) {
  EXPECT_EQ(suggestion("rtae", "--"), "; did you mean --rate?");
  EXPECT_EQ(suggestion("exclude-fle", ""), "; did you mean excludefile?");
  EXPECT_EQ(suggestion("qqqqqqqqqq", "--"), "; 'masscan --help' lists all options");
  // At once, however long: at eight nanoseconds a letter and option this would take minutes.
  EXPECT_EQ(suggestion(std::string(50'000'000, 'x'), ""), "; 'masscan --help' lists all options");
}

}  // namespace
}  // namespace masscan::cli
