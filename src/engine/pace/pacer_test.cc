#include "engine/pace/pacer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/random.h"

namespace masscan::engine {
namespace {

// Runs a pacer like a worker that wakes at random times up to `max_nap` after a frame is due.
// Returns when each frame was sent.
std::vector<Instant> departures(double rate, Duration length, Duration max_nap,
                                std::uint64_t seed) {
  Random random(seed);
  Pacer pacer(rate);
  std::vector<Instant> sent;
  const Instant start{1000s};
  for (Instant now = start; now < start + length;) {
    const std::size_t count = pacer.available(now, 1000000);
    sent.insert(sent.end(), count, now);
    pacer.spend(count, true);
    const auto nap = random.below(static_cast<std::uint64_t>(max_nap.count()) + 1);
    now = std::max(now + 1ns, pacer.next_due() + Duration(nap));
  }
  return sent;
}

std::size_t most_in_window(const std::vector<Instant>& sent, Duration window) {
  std::size_t most = 0;
  for (std::size_t first = 0, last = 0; last < sent.size(); ++last) {
    while (sent[last] - sent[first] >= window) ++first;
    most = std::max(most, last - first + 1);
  }
  return most;
}

TEST(Pacer, KeepsEveryRateToAPercentOverAnySecond) {
  for (const double rate : {100.0, 1000.0, 33333.3, 100000.0, 1e6}) {
    SCOPED_TRACE(rate);
    const auto sent = departures(rate, 5s, 1ms, 7);
    EXPECT_NEAR(static_cast<double>(sent.size()), rate * 5, rate * 5 * 0.01);
    EXPECT_LE(static_cast<double>(most_in_window(sent, 1s)), rate * 1.01 + 1);
  }
}

TEST(Pacer, IsSmoothInTenMillisecondWindows) {
  const auto sent = departures(100000, 2s, Pacer::kBurst, 3);
  EXPECT_LE(most_in_window(sent, 10ms), 1060u);
}

// The worker is punctual, except for one sleep in a thousand, when the processor is busy.
TEST(Pacer, MakesUpForAHeldUpMomentWithoutABurst) {
  for (const double rate : {10'000.0, 100'000.0, 1e6}) {
    SCOPED_TRACE(rate);
    Pacer pacer(rate);
    const Instant start{1000s};
    const Duration length = 2s;
    std::vector<Instant> sent;
    int naps = 0;
    for (Instant now = start; now < start + length;) {
      const std::size_t count = pacer.available(now, 1'000'000);
      sent.insert(sent.end(), count, now);
      pacer.spend(count, true);
      now = std::max(now, pacer.next_due()) + (++naps % 1000 == 0 ? Pacer::kHeldUp - 1ms : 150us);
    }
    EXPECT_LE(static_cast<double>(most_in_window(sent, 1ms)), rate * 1.5e-3);
    EXPECT_NEAR(static_cast<double>(sent.size()), rate * to_seconds(length), rate * 7e-3);
  }
}

TEST(Pacer, KeepsItsRateWhenEveryNapIsLong) {
  const double rate = 100'000;
  const auto sent = departures(rate, 5s, Pacer::kMaxLag, 5);
  EXPECT_NEAR(static_cast<double>(sent.size()), rate * 5, rate * 0.01);
}

TEST(Pacer, SendsOncePerHundredSecondsAtOneHundredthPerSecond) {
  EXPECT_EQ(departures(0.01, 1000s, 1ms, 1).size(), 10u);
}

TEST(Pacer, DoesNotCatchUpAfterAPause) {
  Pacer pacer(1000);
  const Instant start{5s};
  EXPECT_EQ(pacer.available(start, 100), 1u);
  pacer.spend(1, true);
  const std::size_t burst = pacer.available(start + 3s, 1000000);
  EXPECT_LE(burst, 11u);
  pacer.spend(burst, true);
  EXPECT_EQ(pacer.available(start + 3s, 1000000), 0u);
  EXPECT_GT(pacer.next_due(), start + 3s);
}

// Returns the number of frames sent until `end`, each as soon as it is due.
std::size_t run_until(Pacer& pacer, Instant& now, Instant end) {
  std::size_t sent = 0;
  while (now < end) {
    const std::size_t count = pacer.available(now, 1000000);
    pacer.spend(count, true);
    sent += count;
    now = std::min(end, std::max(now + 1ns, pacer.next_due()));
  }
  return sent;
}

TEST(Pacer, IsExactThroughEveryChangeOfRate) {
  Random random(11);
  Pacer pacer(1000);
  Instant now{1000s};
  double rate = 1000;
  double expected = 1;  // the first frame is due at once
  double sent = 0;
  for (int change = 0; change < 300; ++change) {
    const Duration length{random.below(1'000'000'000)};
    sent += static_cast<double>(run_until(pacer, now, now + length));
    expected += rate * to_seconds(length);
    ASSERT_NEAR(sent, expected, 1.01) << "change " << change << " at " << rate;
    rate = 0.5 + static_cast<double>(random.below(random.chance(0.5) ? 20 : 20'000));
    pacer.set_rate(rate, now);
  }
}

TEST(Pacer, TurnsFromVerySlowToFastAtOnce) {
  Pacer pacer(0.01);
  const Instant start{5s};
  pacer.spend(pacer.available(start, 100), true);
  EXPECT_GT(pacer.next_due(), start + 99s);
  pacer.set_rate(1000, start + 1s);
  EXPECT_LE(pacer.next_due(), start + 1s + 1ms);
  EXPECT_EQ(pacer.available(start + 1s, 100), 0u);
}

TEST(Pacer, FindsALimitAgainWithoutABurst) {
  Pacer pacer(1000);
  const Instant start{5s};
  pacer.spend(pacer.available(start, 1), true);
  pacer.set_rate(std::numeric_limits<double>::infinity(), start);
  pacer.spend(pacer.available(start + 1s, 512), true);
  pacer.set_rate(1000, start + 2s);
  EXPECT_EQ(pacer.available(start + 2s, 512), 1u);
}

TEST(Pacer, CountsWhatItMissedOnlyWhileNothingElseHeldItUp) {
  const Instant start{1000s};
  Pacer pacer(1000);
  pacer.available(start, 100);
  pacer.spend(1, true);
  EXPECT_EQ(pacer.available(start + 111ms, 100), 5u);
  EXPECT_EQ(pacer.missed(), 100u);
  pacer.spend(3, true);  // the queue was full
  pacer.available(start + 500ms, 100);
  EXPECT_EQ(pacer.missed(), 100u);
}

TEST(Pacer, MissesNothingWhileNothingIsThere) {
  const Instant start{1000s};
  Pacer pacer(1000);
  pacer.available(start, 100);
  pacer.spend(1, false);
  for (Duration later = 500us; later < 1s; later += 50ms) {
    pacer.available(start + later, 100);
    pacer.spend(0, false);
  }
  EXPECT_EQ(pacer.missed(), 0u);
  pacer.spend(pacer.available(start + 1s, 100), true);
  pacer.spend(pacer.available(start + 1s + 500us, 0), true);  // too early for another
  pacer.available(start + 2s, 100);
  EXPECT_GT(pacer.missed(), 900u) << "more was there";
}

TEST(Pacer, ForgivesWhatWasDueAndNothingElse) {
  Pacer pacer(1000);
  const Instant start{5s};
  pacer.spend(pacer.available(start, 1), true);
  pacer.drop_overdue(start);
  EXPECT_EQ(pacer.next_due(), start + 1ms) << "not due yet, so there is nothing to forgive";
  pacer.drop_overdue(start + 3s);
  EXPECT_EQ(pacer.available(start + 3s, 1000), 1u);
}

TEST(Pacer, HasNoLimitAtInfinity) {
  Pacer pacer(std::numeric_limits<double>::infinity());
  EXPECT_EQ(pacer.available(Instant{1s}, 512), 512u);
  EXPECT_LE(pacer.next_due(), Instant{1s});
}

TEST(Pacer, StaysExactForAMonth) {
  Pacer pacer(0.3);
  std::uint64_t sent = 0;
  const Instant start{1s};
  for (Instant now = start; now < start + 30 * 24h; now = std::max(now, pacer.next_due())) {
    const std::size_t count = pacer.available(now, 100);
    pacer.spend(count, true);
    sent += count;
    if (count == 0) now += 1ns;
  }
  EXPECT_NEAR(static_cast<double>(sent), 0.3 * 30 * 86400, 2);
}

}  // namespace
}  // namespace masscan::engine
