#include "files/batches.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace masscan::files {
namespace {

std::vector<record::Record> records(std::string_view ports) {
  std::vector<record::Record> records;
  for (const char port : ports) {
    records.push_back({.port = {.number = static_cast<std::uint16_t>(port)}});
  }
  return records;
}

bool is_letter(const record::Record& record) { return record.port.number >= 'a'; }

// Returns the runs of letters, each followed by a dot.
std::string runs(std::string_view ports) {
  std::string told;
  for_each_run(records(ports), is_letter, [&](std::span<const record::Record> run) -> Result<void> {
    for (const record::Record& record : run) told += static_cast<char>(record.port.number);
    told += '.';
    return {};
  }).value();
  return told;
}

TEST(Runs, AreTheLongestOnesOfWhatIsWanted) {
  EXPECT_EQ(runs(""), "");
  EXPECT_EQ(runs("12"), "");
  EXPECT_EQ(runs("abc"), "abc.");
  EXPECT_EQ(runs("ab1c"), "ab.c.");
  EXPECT_EQ(runs("1ab23c4"), "ab.c.");
}

TEST(Runs, GoOnBehindAnErrorAndReturnTheFirst) {
  int calls = 0;
  const Result<void> result = for_each_run(records("a1b2c"), is_letter,
                                           [&](std::span<const record::Record>) -> Result<void> {
                                             return run_error("call {}", ++calls);
                                           });
  EXPECT_EQ(calls, 3);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "call 1");
}

}  // namespace
}  // namespace masscan::files
