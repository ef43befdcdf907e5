#include "engine/pace/rate_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace masscan::engine {
namespace {

constexpr Instant kStart{std::chrono::hours(1)};
constexpr Duration kTick = 50ms;

struct Row {
  std::string description;
  double rate_pps;
  double capacity_pps;
  double probes;
  double share;
  std::string finding;  // empty: none
};

// A path without queue, delay and randomness.
struct Outcome {
  std::string finding;
  double seconds = 0;
};
Outcome scan(const Row& row) {
  RateCheck check(static_cast<std::uint64_t>(row.probes));
  double asked = 0;
  double answered = 0;
  Instant now = kStart;
  const auto counters = [&] {
    return PathCounters{.sent = static_cast<std::uint64_t>(asked),
                        .asked = static_cast<std::uint64_t>(asked),
                        .answered = static_cast<std::uint64_t>(answered)};
  };
  for (; asked < row.probes; now += kTick) {
    check.update(counters(), static_cast<std::uint64_t>(row.probes - asked), now);
    const double rate_pps = std::min(check.probe_rate_pps(), row.rate_pps);
    const double count = std::min(rate_pps * to_seconds(kTick), row.probes - asked);
    asked += count;
    answered += std::min(count, row.capacity_pps * to_seconds(kTick)) * row.share;
  }
  return {check.message(counters()).value_or(""), to_seconds(now - kStart)};
}

TEST(RateCheck, SaysWhatWasLostAndWhatThePathCarries) {
  const std::vector<Row> rows = {
      {"a path that carries it", 100'000, 200'000, 1e7, 0.05, ""},
      {"a path that carries half", 100'000, 50'000, 1e7, 0.05,
       "about 50% of the answers were lost, some 250000: the path carries about 50000 of 100000 "
       "probes/s; scan with --rate auto, a lower --rate or --retries"},
      {"a path that carries four fifths", 100'000, 80'000, 1e7, 0.2,
       "about 20% of the answers were lost, some 400000: the path carries about 80000 of 100000 "
       "probes/s; scan with --rate auto, a lower --rate or --retries"},
      {"too short a scan", 100'000, 50'000, 1e6, 0.05, ""},
      {"too few answers", 100'000, 50'000, 1e7, 0.0001, ""},
      {"no answers", 100'000, 50'000, 1e7, 0, ""}};
  for (const Row& row : rows) {
    const Outcome outcome = scan(row);
    EXPECT_EQ(outcome.finding, row.finding) << row.description;
    EXPECT_LE(outcome.seconds, 1.051 * row.probes / row.rate_pps) << row.description;
  }
}

// At the first update the speed is unknown and a short scan is almost over.
TEST(RateCheck, KeepsTheRateOfAScanThatAnswersAtOnce) {
  RateCheck check(8192);
  check.update({.sent = 2500, .asked = 2500, .answered = 100}, 5692, kStart);
  EXPECT_TRUE(std::isinf(check.probe_rate_pps()));
}

}  // namespace
}  // namespace masscan::engine
