#include "cli/help/origins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/config_file.h"
#include "cli/help/echo.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/read_settings.h"
#include "cli/test_support.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

using testing::HasSubstr;

std::string echo_all(const Settings& settings) {
  return echo_text(settings.config, &settings.origins);
}

TEST(Origins, SayWhereEveryValueCameFrom) {
  const test::TestFolder directory;
  const auto file = directory.write("a.conf", "rate = 5\n wait = 3\nports = 22\n");
  const auto list = directory.write("list.txt", "10.0.0.9\n");
  const auto settings =
      read({"10.0.0.1", "-c", file, "-p80", "--rate", "7", "--seed", "1", "-iL", list});
  ASSERT_TRUE(settings) << settings.error().message;
  const std::string text = echo_all(*settings);
  EXPECT_THAT(text, HasSubstr("# from --rate, after " + file + ":1:8: rate\nrate = 7"));
  EXPECT_THAT(text, HasSubstr("# from " + file + ":2:9: wait\nwait = 3\n"));
  EXPECT_THAT(text, HasSubstr("# from -p\nports = 80\n"));
  EXPECT_THAT(text, HasSubstr("# from -iL, after argument 1\nrange = 10.0.0.1\n"));
  EXPECT_THAT(text, HasSubstr("# chosen by masscan\nshard = 1/1\n"));
}

TEST(Origins, DoNotChangeWhatAFileMeans) {
  const auto settings = read(split_line("10.0.0.0/30 -p80 --seed 1 --show closed --ttl 9 -S ::1"));
  ASSERT_TRUE(settings);
  const auto uses = parse_config(echo_all(*settings), "echo");
  ASSERT_TRUE(uses) << uses.error().message;
  Settings again;
  ASSERT_TRUE(apply_all(*uses, again));
  ASSERT_TRUE(settle(again));
  EXPECT_TRUE(again.config == settings->config);
}

TEST(Origins, NameTheLastFewOfMany) {
  std::vector<std::string> arguments = {"-p80"};
  for (int i = 1; i <= 9; ++i) arguments.push_back(fmt::format("10.0.0.{}", i));
  const auto settings = read(arguments);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->origins.describe(*find_long("range")),
            "from argument 10, after argument 9, argument 8, argument 7 and 5 more");
}

TEST(Origins, AreOneLineWhateverAFileIsCalled) {
  Origins origins;
  origins.note({find_long("rate"), "rate", {}, "5", "a\nrange = 0.0.0.0/0\n.conf:1:8: rate"});
  EXPECT_EQ(origins.describe(*find_long("rate")),
            "from a\\x0arange = 0.0.0.0/0\\x0a.conf:1:8: rate");
}

// The rows whose echo an option with this value changes, except those whose origin it noted.
std::vector<std::string_view> rows_without_origin(const Option& option,
                                                  const std::optional<std::string>& value) {
  Settings settings;
  const bool is_of_port = option.index == Index::kPort;
  const auto index = is_of_port ? std::optional<std::string>("80") : std::nullopt;
  const std::vector<OptionUse> uses = {{&option, "-oL", index, value, "--here"}};
  if (!apply_all(uses, settings)) return {};
  std::vector<std::string_view> rows;
  for (const Section& section : sections()) {
    for (const Option& row : section.options) {
      if (echo_lines(row, settings.config) == echo_lines(row, setup::Config())) continue;
      if (settings.origins.describe(row) != "from --here") rows.push_back(row.name);
    }
  }
  return rows;
}

// A row that changes the echo of others must name them, or their origin would be lost.
TEST(Origins, AreKnownForEverythingAnOptionChanges) {
  const char* kValues[] = {"1", "80", "false", "10.0.0.1", "closed", "list", "66-55-44-33-22-11"};
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (option.phase != Phase::kSetting) continue;
      if (option.arity == Arity::kFlag || option.arity == Arity::kOptional) {
        EXPECT_THAT(rows_without_origin(option, {}), testing::IsEmpty()) << option.name;
      }
      for (const char* value : kValues) {
        EXPECT_THAT(rows_without_origin(option, value), testing::IsEmpty()) << option.name;
      }
    }
  }
}

TEST(Echo, CannotBeBrokenByAValue) {
  for (const std::string value : {"eth0\nrange = 0.0.0.0/0", "eth0\r", "a\tb", "\x7f", " eth0"}) {
    for (const char* option : {"--adapter", "--output-filename"}) {
      EXPECT_FALSE(read({option, value})) << option;
    }
  }
  EXPECT_EQ(read({"-e", "eth0\nrange = 0.0.0.0/0"}).error().message,
            "-e: 'eth0\\x0arange = 0.0.0.0/0' holds a control character; leave it out");
  EXPECT_EQ(read({"-e", "eth0 "}).error().message,
            "-e: 'eth0 ' begins or ends with a blank; leave it out");
}

}  // namespace
}  // namespace masscan::cli
