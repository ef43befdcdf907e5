// The texts that are made from the table for others to read: the manual page, what shells complete,
// and the list for people who come from nmap. tests/program has their readers.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text.h"
#include "cli/help/completion.h"
#include "cli/help/manual.h"
#include "cli/help/nmap_help.h"
#include "cli/options/table.h"
#include "cli/test_support.h"

namespace masscan::cli {
namespace {

using testing::HasSubstr;

std::string without_backslashes(std::string text) {
  std::erase(text, '\\');
  return text;
}

TEST(Generators, NameEveryListedOption) {
  const std::string manual = without_backslashes(manual_text());
  const std::string bash = find_completion("bash")();
  const std::string zsh = find_completion("zsh")();
  const std::string fish = find_completion("fish")();
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (option.help.empty() || option.name.empty()) continue;
      const std::string name(option.name);
      EXPECT_THAT(manual, HasSubstr("--" + name + "fR"));
      EXPECT_THAT(bash, testing::ContainsRegex("--" + name + "[ ']"));
      EXPECT_THAT(zsh, testing::ContainsRegex("--" + name + "[=[]"));
      EXPECT_THAT(fish, HasSubstr(" -l " + name + " "));
    }
  }
}

TEST(Manual, BeginsNoLineWithAnAccidentalRequest) {
  std::istringstream lines(manual_text());
  for (std::string line; std::getline(lines, line);) {
    EXPECT_FALSE(line.starts_with("'")) << line;
    if (line.starts_with(".")) {
      EXPECT_THAT(line, testing::ContainsRegex("^\\.(TH|SH|SS|TP|PP)")) << line;
    }
  }
}

TEST(Completion, IsKnownForThreeShells) {
  EXPECT_EQ(find_completion("tcsh"), nullptr);
  EXPECT_EQ(read({"--completion", "tcsh"}).error().message,
            "--completion: 'tcsh' is not a shell we know; write bash|zsh|fish");
}

TEST(NmapHelp, FitsEightyColumns) {
  std::istringstream lines(nmap_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(NmapHelp, NamesEveryOptionOfNmaps) {
  const std::string text = nmap_text();
  for (const char* word : {" --excludefile", " -iL", " --randomize-hosts"}) {
    EXPECT_THAT(text, HasSubstr(word));
  }
  for (const Option& option : nmap_options()) {
    for (const std::string_view word : split_words(option.shorts)) {
      EXPECT_THAT(text, HasSubstr(fmt::format(" {}", word)));
    }
    for (const std::string_view word : split_words(option.aliases)) {
      EXPECT_THAT(text, HasSubstr(fmt::format(" --{}", word)));
    }
  }
}

// nmap's spellings are spellings of the row that claims them.
TEST(NmapHelp, NamesOnlyWhatIsInTheTable) {
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      for (const std::string_view word : split_words(option.nmap)) {
        const bool is_long = word.starts_with("--");
        EXPECT_EQ(is_long ? find_long(word.substr(2)) : find_short(word), &option) << word;
      }
    }
  }
}

}  // namespace
}  // namespace masscan::cli
