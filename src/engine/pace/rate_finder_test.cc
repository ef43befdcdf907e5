#include "engine/pace/rate_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <numbers>

#include "base/random.h"

namespace masscan::engine {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr Duration kTick = 50ms;

// A path with a bottleneck and a queue in front of it, and the machines on both ends.
struct Path {
  double capacity_pps = kNoLimit;
  double share = 0.05;  // of the targets that answer
  Duration round_trip = 40ms;
  double queue_seconds = 0.05;            // capacity of the queue
  double sender_pps = kNoLimit;           // limit of this machine
  double receiver_per_second = kNoLimit;  // replies that it can process
};

class Simulation {
 public:
  explicit Simulation(const Path& over, std::uint64_t seed = 1, double most_pps = kNoLimit)
      : finder(most_pps), path(over), random_(seed) {}

  // Runs until the finder has a new message or the time is over, in steps of a millisecond.
  bool run(Duration longest) {
    for (const Instant end = now_ + longest; now_ < end;) {
      for (Duration passed{}; passed < kTick; passed += 1ms) step();
      highest_pps_ = std::max(highest_pps_, finder.rate_pps());
      if (finder.update(counters_, now_)) return true;
    }
    return false;
  }

  Duration elapsed() const { return now_ - kStart; }
  double highest_pps() const { return highest_pps_; }

  RateFinder finder;
  Path path;

 private:
  static constexpr Instant kStart{std::chrono::hours(1)};
  static constexpr double kStep = 0.001;

  void step() {
    now_ += 1ms;
    asked_ += std::min(finder.rate_pps(), path.sender_pps) * kStep;
    const double sent = std::floor(asked_);
    asked_ -= sent;
    counters_.sent += static_cast<std::uint64_t>(sent);
    counters_.asked += static_cast<std::uint64_t>(sent);
    queue_ = std::min(queue_ + sent, path.capacity_pps * (kStep + path.queue_seconds));
    const double through = std::min(queue_, path.capacity_pps * kStep);
    queue_ -= through;
    under_way_.push_back({now_ + path.round_trip, through * path.share});
    for (; under_way_.front().due <= now_; under_way_.pop_front()) arrive(under_way_.front().count);
  }

  // Random like a Poisson process, in its first two moments.
  void arrive(double mean) {
    const double u = static_cast<double>(random_.next() >> 11) * 0x1p-53;
    const double v = static_cast<double>(random_.next() >> 11) * 0x1p-53;
    const double normal = std::sqrt(-2 * std::log(1 - u)) * std::cos(2 * std::numbers::pi * v);
    answers_ += mean + std::sqrt(mean) * normal;
    const double whole = std::max(std::floor(answers_), 0.0);
    answers_ -= whole;
    const double taken = std::min(whole, path.receiver_per_second * kStep);
    counters_.answered += static_cast<std::uint64_t>(taken);
    counters_.dropped += static_cast<std::uint64_t>(whole - taken);
  }

  struct Answers {
    Instant due;
    double count;
  };

  Random random_;
  Instant now_ = kStart;
  PathCounters counters_;
  double asked_ = 0;
  double queue_ = 0;
  std::deque<Answers> under_way_;
  double answers_ = 0;
  double highest_pps_ = 0;
};

TEST(RateFinder, FindsWhatThePathCarriesWithinTenSeconds) {
  for (const double capacity : {3e3, 20e3, 150e3, 1.1e6}) {
    for (const double share : {0.02, 0.2, 1.0}) {
      if (capacity * share < 400) continue;  // too few replies to measure
      for (const Duration round_trip : {Duration(2ms), Duration(90ms), Duration(250ms)}) {
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
          Simulation simulation(
              {.capacity_pps = capacity, .share = share, .round_trip = round_trip}, seed);
          SCOPED_TRACE(testing::Message() << capacity << " pps, share " << share << ", "
                                          << round_trip / 1ms << " ms, seed " << seed);
          ASSERT_TRUE(simulation.run(10s)) << simulation.finder.message();
          EXPECT_TRUE(simulation.finder.is_found());
          EXPECT_GT(simulation.finder.rate_pps(), 0.6 * capacity) << simulation.finder.message();
          EXPECT_LT(simulation.finder.rate_pps(), 1.15 * capacity) << simulation.finder.message();
        }
      }
    }
  }
}

TEST(RateFinder, BeginsSlowlyAndDoublesAtMost) {
  Simulation simulation({.capacity_pps = 50'000, .share = 0.5});
  EXPECT_EQ(simulation.finder.rate_pps(), RateFinder::kFirstRate);
  EXPECT_EQ(simulation.finder.message(),
            "looking for the rate that the path carries, now at 1000/s");
  double before = RateFinder::kFirstRate;
  while (!simulation.run(kTick)) {
    EXPECT_LE(simulation.finder.rate_pps(), 2 * before);
    before = simulation.finder.rate_pps();
  }
  EXPECT_LE(simulation.highest_pps(), 2.6 * 50'000);
}

TEST(RateFinder, TakesTheMachinesOwnRateWhereThePathCarriesIt) {
  Simulation simulation({.sender_pps = 230'000});
  ASSERT_TRUE(simulation.run(10s));
  EXPECT_GE(simulation.finder.rate_pps(), 230'000);
  EXPECT_EQ(simulation.finder.message(),
            "this machine sends about 230000 probes/s, and the path carries them");
}

TEST(RateFinder, AsksNoFasterThanItIsTold) {
  for (const double most : {0.5, 300.0, 1000.0, 1500.0, 70'000.0}) {
    SCOPED_TRACE(most);
    Simulation simulation({.share = 0.5}, 1, most);
    EXPECT_EQ(simulation.finder.rate_pps(), std::min(most, RateFinder::kFirstRate));
    ASSERT_TRUE(simulation.run(10s));
    EXPECT_EQ(simulation.finder.rate_pps(), most);
    EXPECT_EQ(simulation.highest_pps(), most);
    EXPECT_FALSE(simulation.run(20s)) << simulation.finder.message();
  }
  Simulation simulation({.share = 0.5}, 1, 70'000);
  ASSERT_TRUE(simulation.run(10s));
  EXPECT_EQ(simulation.finder.message(),
            "the path carries 70000 probes/s: asking no faster than the limit that was set");
}

TEST(RateFinder, StaysBelowWhatThePathCarriesUnderALimit) {
  Simulation simulation({.capacity_pps = 20'000, .share = 0.5}, 1, 70'000);
  ASSERT_TRUE(simulation.run(10s));
  EXPECT_GT(simulation.finder.rate_pps(), 0.6 * 20'000) << simulation.finder.message();
  EXPECT_LT(simulation.finder.rate_pps(), 1.15 * 20'000) << simulation.finder.message();
}

TEST(RateFinder, SlowsDownForItsOwnReceiver) {
  Simulation simulation({.share = 1, .receiver_per_second = 60'000});
  ASSERT_TRUE(simulation.run(10s));
  EXPECT_GT(simulation.finder.rate_pps(), 0.6 * 60'000);
  EXPECT_LT(simulation.finder.rate_pps(), 60'000);
  EXPECT_EQ(simulation.finder.message().rfind("this machine takes the answers to about", 0), 0u)
      << simulation.finder.message();
}

TEST(RateFinder, IsCarefulWhereNobodyAnswers) {
  Simulation simulation({.share = 0});
  ASSERT_TRUE(simulation.run(10s));
  EXPECT_LE(simulation.highest_pps(), 16'000);
  EXPECT_EQ(simulation.finder.message(),
            "nothing was lost up to 16000 probes/s, as far as the answers tell: asking no faster");
}

TEST(RateFinder, SlowsDownWhenThePathGetsWorseLater) {
  Simulation simulation({.capacity_pps = 100'000});
  ASSERT_TRUE(simulation.run(10s));
  const double before = simulation.finder.rate_pps();
  EXPECT_FALSE(simulation.run(60s)) << simulation.finder.message();
  EXPECT_EQ(simulation.finder.rate_pps(), before);
  simulation.path.capacity_pps = 30'000;
  ASSERT_TRUE(simulation.run(10s));
  simulation.run(10s);
  EXPECT_GT(simulation.finder.rate_pps(), 15'000);
  EXPECT_LT(simulation.finder.rate_pps(), 33'000);
}

TEST(RateFinder, TakesAMomentOfTroubleForNoLimit) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Simulation simulation({.capacity_pps = 20'000, .share = 0.5}, seed);
    while (simulation.highest_pps() < 2000) ASSERT_FALSE(simulation.run(kTick));
    simulation.path.capacity_pps = 300;
    ASSERT_FALSE(simulation.run(1s));
    simulation.path.capacity_pps = 20'000;
    ASSERT_TRUE(simulation.run(9s));
    EXPECT_GT(simulation.finder.rate_pps(), 0.6 * 20'000) << simulation.finder.message();
    EXPECT_LT(simulation.finder.rate_pps(), 1.15 * 20'000) << simulation.finder.message();
  }
}

TEST(RateFinder, TakesAPauseForNoLoss) {
  RateFinder finder{kNoLimit};
  PathCounters counters;
  Instant now{std::chrono::hours(1)};
  const auto pass = [&](Duration duration, bool is_paused) {
    for (const Instant end = now + duration; now < end; now += kTick) {
      if (is_paused) {
        finder.interrupt();
        continue;
      }
      const auto asked = static_cast<std::uint64_t>(finder.rate_pps() * to_seconds(kTick));
      counters.sent += asked;
      counters.asked += asked;
      counters.answered += asked / 2;
      EXPECT_FALSE(finder.update(counters, now)) << finder.message();
    }
  };
  pass(2s, false);
  const double before = finder.rate_pps();
  pass(3s, true);
  EXPECT_EQ(finder.rate_pps(), before);
  pass(700ms, false);
  EXPECT_EQ(finder.rate_pps(), 2 * before);
}

}  // namespace
}  // namespace masscan::engine
