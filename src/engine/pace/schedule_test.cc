#include "engine/pace/schedule.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace masscan::engine {
namespace {

// Returns when each turn was taken, with at most one per `interval`.
std::vector<std::vector<Instant>> run(Schedule& schedule, std::uint64_t count, Duration interval) {
  std::vector<std::vector<Instant>> asked(count);
  Instant now{100s};
  while (!schedule.is_done()) {
    if (const auto ask = schedule.next(now)) {
      asked[ask->turn].push_back(now);
      now += interval;
    } else {
      now = std::max(now + 1us, schedule.next_due());
    }
  }
  return asked;
}

TEST(Schedule, AsksEveryPositionOnceWithoutRetries) {
  Schedule schedule(1000, 0, 1s);
  for (const auto& times : run(schedule, 1000, 1ms)) EXPECT_EQ(times.size(), 1u);
}

TEST(Schedule, AsksRetriesPlusOneTimesSpacedByTheDelay) {
  for (const Duration interval : {Duration(10us), Duration(1ms), Duration(500ms)}) {
    Schedule schedule(2000, 2, 1s);
    for (const auto& times : run(schedule, 2000, interval)) {
      ASSERT_EQ(times.size(), 3u);
      EXPECT_GE(times[1] - times[0], 1s);
      EXPECT_GE(times[2] - times[0], 2s);
      // At most late by the resolution of the log and by the turns of the other rounds.
      EXPECT_LE(times[2] - times[0], 2s + 20ms + 4 * interval);
    }
  }
}

TEST(Schedule, StopsAtOnce) {
  Schedule schedule(1000, 3, 1s);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(schedule.next(Instant{1s}));
  schedule.stop();
  EXPECT_TRUE(schedule.is_done());
  EXPECT_FALSE(schedule.next(Instant{100s}));
  EXPECT_EQ(schedule.started(), 10u);
}

TEST(Schedule, GoesOnWhereAnotherStopped) {
  constexpr std::uint64_t kCount = 3000;
  Schedule first(kCount, 2, 1s);
  std::vector<std::size_t> asked(kCount);
  Instant now{100s};
  for (; now < Instant{103s}; now += 1ms) {
    if (const auto ask = first.next(now)) ++asked[ask->turn];
  }
  std::vector<std::uint64_t> next;
  for (unsigned round = 0; round < first.rounds(); ++round) next.push_back(first.turn(round));
  EXPECT_GT(next[0], next[1]);
  EXPECT_GT(next[1], next[2]);

  Schedule second(kCount, next, 1s);
  for (unsigned round = 0; round < 3; ++round) EXPECT_EQ(second.turn(round), next[round]);
  const auto again = run(second, kCount, 1ms);
  for (std::uint64_t turn = 0; turn < kCount; ++turn) {
    EXPECT_EQ(asked[turn] + again[turn].size(), 3u) << turn;
  }
}

TEST(Schedule, TellsHowManyRoundsTookATurnEvenAfterItWentBack) {
  Schedule schedule(3, 2, 1s);
  EXPECT_EQ(schedule.taken(0), 0u);
  EXPECT_TRUE(schedule.next(Instant{1s}));
  EXPECT_EQ(schedule.taken(0), 1u);
  EXPECT_TRUE(schedule.next(Instant{3s}));
  EXPECT_EQ(schedule.taken(0), 2u);
  EXPECT_EQ(schedule.taken(1), 0u);
  for (unsigned round = 0; round < 3; ++round) schedule.go_back(round, 0);
  EXPECT_EQ(schedule.taken(0), 2u);
}

TEST(SendLog, KnowsWhenAPositionWasNotSentYet) {
  SendLog log(1s);
  const Instant start(1h);
  EXPECT_EQ(log.reached(0), Instant::min());
  for (std::uint64_t end = 10; end <= 1000; end += 10) log.record(end, start + end * 1ms);
  EXPECT_EQ(log.reached(9), Instant::min());
  EXPECT_EQ(log.reached(10), start + 10ms);
  EXPECT_EQ(log.reached(25), start + 20ms);
  EXPECT_EQ(log.reached(1000), start + 1s);
}

TEST(SendLog, NeverSaysSentBeforeItWas) {
  SendLog log(1s);
  const Instant start{10s};
  for (int i = 1; i <= 100000; ++i) log.record(static_cast<std::uint64_t>(i), start + i * 37us);
  for (int i = 90000; i < 100000; i += 111) {
    const Instant sent = start + (i + 1) * 37us;
    EXPECT_GE(log.sent_at(static_cast<std::uint64_t>(i)), sent);
    EXPECT_LE(log.sent_at(static_cast<std::uint64_t>(i)), sent + 5ms);
    EXPECT_LE(log.sent_by(sent), static_cast<std::uint64_t>(i) + 1);
    EXPECT_GE(log.sent_by(sent + 5ms), static_cast<std::uint64_t>(i) + 1);
  }
  EXPECT_EQ(log.due(100000, 1s), Instant::max());
}

}  // namespace
}  // namespace masscan::engine
