#include "scan/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <limits>
#include <regex>
#include <set>
#include <sstream>

namespace masscan::scan {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// Gives each counter a number of its own.
engine::Tally numbered() {
  std::array<std::uint64_t, sizeof(engine::Tally) / sizeof(std::uint64_t)> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = 1000 + i;
  return std::bit_cast<engine::Tally>(words);
}

TEST(Metrics, TellEveryCounterOnce) {
  const std::string text = to_prometheus({.tally = numbered()});
  for (std::size_t i = 0; i < sizeof(engine::Tally) / sizeof(std::uint64_t); ++i) {
    const std::string value = " " + std::to_string(1000 + i) + "\n";
    EXPECT_NE(text.find(value), std::string::npos) << value;
    EXPECT_EQ(text.find(value), text.rfind(value)) << value;
  }
}

TEST(Metrics, StandBehindTheirHelpAndType) {
  std::istringstream lines(to_prometheus({.tally = numbered()}));
  const std::regex sample(R"((masscan_\w+)(\{\w+="[^"\\]*"\})? (\+Inf|[0-9.e+-]+))");
  std::set<std::string> families;
  std::string family;
  for (std::string line; std::getline(lines, line);) {
    std::smatch found;
    if (std::regex_match(line, found, std::regex("# HELP (masscan_\\w+) [A-Z0-9].*[.;:\\w].*"))) {
      family = found[1];
      EXPECT_TRUE(families.insert(family).second) << family;
      ASSERT_TRUE(std::getline(lines, line));
      EXPECT_EQ(line, "# TYPE " + family + (family.ends_with("_total") ? " counter" : " gauge"));
    } else {
      ASSERT_TRUE(std::regex_match(line, found, sample)) << line;
      EXPECT_EQ(found[1], family);
    }
  }
}

TEST(Metrics, TellWhetherTheScanAsksOrWaits) {
  Metrics metrics{.progress = {.total = 10, .remaining = 5s},
                  .rate_limit_pps = std::numeric_limits<double>::infinity()};
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_remaining_seconds 5"));
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_waiting 0"));
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_rate_limit_packets_per_second +Inf\n"));
  metrics.progress.waiting = 3s;
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_remaining_seconds 0"));
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_waiting 1"));
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_waiting_remaining_seconds 3"));
  metrics.progress.waiting = -1s;
  EXPECT_THAT(to_prometheus(metrics), HasSubstr("\nmasscan_waiting_remaining_seconds 0"));
}

}  // namespace
}  // namespace masscan::scan
