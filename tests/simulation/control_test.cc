// Scans that are paused, change their rate or get excludes while they run.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr Instant kStart{std::chrono::hours(1)};
// Upper bound from reading the directives to the arrival of the last frame, on a cable without
// delay.
constexpr Duration kEffect = 20ms;

// 1,000 targets on a cable without loss: two seconds at 500 a second.
Scenario plain_scenario(unsigned workers) {
  Scenario scenario(1);
  scenario.config = {};
  scenario.config.targets.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a0003e7)});
  scenario.config.ports.add(net::Transport::kTcp, {80, 80});
  scenario.config.rate_pps = 500;
  scenario.config.no_reset = true;  // so that every frame is a probe
  scenario.config.seed = 7;
  scenario.config.cookie_key = SipKey{1, 2};
  scenario.faults = {};
  scenario.workers = workers;
  scenario.is_on_link = false;
  scenario.internet.answers = {.key = 3, .open_ppm = 500'000, .closed_ppm = TRUTH_MILLION};
  scenario.internet.unresolved_ppm = 0;
  scenario.internet.prohibited_ppm = 0;
  scenario.internet.noise_ppm = 0;
  return scenario;
}

Outcome run(const Scenario& scenario) {
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  return run(scenario, make_simulated_plan(scenario), internet);
}

// Counts the probes that arrived in the network from `begin` to `end` after the start.
std::size_t probes_between(const Outcome& outcome, Duration begin, Duration end) {
  std::size_t count = 0;
  for (const auto* asked : {&outcome.asked, &outcome.asked_beside}) {
    for (const auto& [key, times] : *asked) {
      count += static_cast<std::size_t>(std::count_if(times.begin(), times.end(), [&](Instant at) {
        return at - kStart >= begin && at - kStart < end;
      }));
    }
  }
  return count;
}

TEST(ControlledScan, AsksNothingWhilePausedAndEverythingAfterwards) {
  for (const unsigned workers : {1u, 3u}) {
    SCOPED_TRACE(workers);
    Scenario scenario = plain_scenario(workers);
    scenario.directives = [](Duration elapsed, const engine::Tally&) {
      return engine::Directives{.is_paused = elapsed >= 1s && elapsed < 61s, .rate_pps = 500};
    };
    const Outcome outcome = run(scenario);
    EXPECT_TRUE(outcome.ended);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 0s, 1s)), 500, 5);
    EXPECT_EQ(probes_between(outcome, 1s + kEffect, 61s), 0u);
    EXPECT_LE(probes_between(outcome, 61s, 61s + 10ms), 5u + workers) << "a burst";
    EXPECT_EQ(outcome.tally.probes_sent, 1000u);
    EXPECT_EQ(outcome.records.size(), 1000u);
  }
}

TEST(ControlledScan, TakesAnswersWhilePaused) {
  Scenario scenario = plain_scenario(1);
  scenario.faults.delay_min = scenario.faults.delay_max = 300ms;
  scenario.directives = [](Duration elapsed, const engine::Tally&) {
    return engine::Directives{.is_paused = elapsed >= 1s, .rate_pps = 500};
  };
  scenario.config.wait = 1s;
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  const Outcome outcome = run(scenario, make_simulated_plan(scenario), internet, 100s);
  EXPECT_FALSE(outcome.ended) << "patience ran out during a pause";
  EXPECT_EQ(outcome.records.size(), outcome.tally.probes_sent);
  EXPECT_GT(outcome.records.size(), 100u);
}

TEST(ControlledScan, DoesNotLosePatienceInAPause) {
  Scenario scenario = plain_scenario(1);
  scenario.config.wait = 5s;
  scenario.internet.answers.open_ppm = scenario.internet.answers.closed_ppm = 0;
  scenario.directives = [](Duration elapsed, const engine::Tally&) {
    return engine::Directives{.is_paused = elapsed >= 3s && elapsed < 20s, .rate_pps = 500};
  };
  const Outcome outcome = run(scenario);
  EXPECT_TRUE(outcome.ended);
  EXPECT_GE(outcome.length, 25s);
  EXPECT_LE(outcome.length, 26s);
}

// A worker polls every 50 ms, and had nothing to send meanwhile.
TEST(ControlledScan, BlamesNoProcessorWhileNothingIsLeftToSend) {
  const auto scan = [](unsigned retries, bool is_on_link, bool has_pause) {
    Scenario scenario = plain_scenario(1);
    scenario.config.retries = retries;
    scenario.is_on_link = is_on_link;
    scenario.internet.unresolved_ppm = is_on_link ? 900'000 : 0;
    scenario.internet.answers.open_ppm = scenario.internet.answers.closed_ppm = 0;
    scenario.directives = [has_pause](Duration elapsed, const engine::Tally&) {
      const bool is_paused = has_pause && elapsed >= 1s && elapsed < 3s;
      return engine::Directives{.is_paused = is_paused, .rate_pps = 500};
    };
    return run(scenario).tally;
  };
  EXPECT_EQ(scan(0, false, false).behind, 0u) << "the wait for answers";
  EXPECT_EQ(scan(2, false, false).behind, 0u) << "the wait for retries";
  EXPECT_EQ(scan(0, true, false).behind, 0u) << "the wait for neighbours";
  EXPECT_EQ(scan(0, false, true).behind, 0u) << "a pause";
}

// A stopped scan waits for answers without keeping a processor busy.
TEST(ControlledScan, RestsAfterAStop) {
  Scenario scenario = plain_scenario(1);
  scenario.internet.answers.open_ppm = scenario.internet.answers.closed_ppm = 0;
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  bool is_stopped = false;
  int polls = 0;
  drive(make_simulated_plan(scenario), internet, [&](engine::Worker& worker, Instant now) {
    if (now - kStart < 500ms) return;
    if (!std::exchange(is_stopped, true)) worker.stop(1s);
    ++polls;
  });
  EXPECT_TRUE(is_stopped);
  EXPECT_LT(polls, 500);
}

TEST(ControlledScan, IsCompleteOnceAllHaveAnswered) {
  Scenario scenario = plain_scenario(2);
  scenario.config.retries = 3;
  scenario.config.canaries = 0;
  const Outcome outcome = run(scenario);
  EXPECT_EQ(outcome.tally.answers, 1000u);
  EXPECT_EQ(outcome.tally.retries_sent, 0u);
  EXPECT_LT(outcome.length, 3s);
  for (const std::uint64_t turn : outcome.turns) EXPECT_EQ(turn, engine::WorkerShare::kNoTurn);
}

// Where repeats are forgotten, answers may be counted twice, so the number of answers must not end
// the scan.
TEST(ControlledScan, OfAPlanTooLargeForExactMemoryAsksEverythingWhateverWasHeard) {
  Scenario scenario = make_plain_scenario(1000, std::uint32_t{1} << 28);
  scenario.config.resume_count = 500;
  const engine::Plan plan = make_simulated_plan(scenario);
  ASSERT_FALSE(engine::Deduplicator::is_exact_for(plan.share_of(0).count()));
  std::vector<record::Record> heard;
  for (std::uint64_t turn = 500; turn < 1500; ++turn) {
    const targets::Target target = plan.target(turn);
    heard.push_back(
        {.address = target.address, .port = target.port, .state = record::PortState::kOpen});
  }
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  const Outcome outcome = run(scenario, plan, internet, std::chrono::hours(1), heard);
  EXPECT_TRUE(outcome.ended);
  EXPECT_EQ(outcome.asked.size(), 500u);
}

TEST(ControlledScan, KeepsEveryNewRateExactly) {
  for (const unsigned workers : {1u, 3u}) {
    SCOPED_TRACE(workers);
    Scenario scenario = plain_scenario(workers);
    scenario.directives = [](Duration elapsed, const engine::Tally&) {
      return engine::Directives{.rate_pps = elapsed < 1s ? 500.0 : elapsed < 2s ? 20.0 : 2000.0};
    };
    const Outcome outcome = run(scenario);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 0s, 1s)), 500, 5);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 1s + kEffect, 2s)), 20, 4);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 2s + kEffect, 2s + kEffect + 100ms)),
                200, 10);
    EXPECT_EQ(outcome.records.size(), 1000u);
  }
}

TEST(ControlledScan, KeepsALimitOfProbesAlone) {
  for (const unsigned workers : {1u, 3u}) {
    SCOPED_TRACE(workers);
    Scenario scenario = plain_scenario(workers);
    scenario.directives = [](Duration elapsed, const engine::Tally&) {
      const bool is_limited = elapsed >= 1s && elapsed < 2s;
      return engine::Directives{.rate_pps = 500,
                                .probe_rate_pps = is_limited ? 20 : engine::Pacer::kUnlimited};
    };
    const Outcome outcome = run(scenario);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 0s, 1s)), 500, 5);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 1s + kEffect, 2s)), 20, 4);
    EXPECT_NEAR(static_cast<double>(probes_between(outcome, 2s + kEffect, 2s + kEffect + 100ms)),
                50, 5);
    EXPECT_EQ(outcome.records.size(), 1000u);
  }
}

TEST(ControlledScan, NeverAsksWhatWasExcludedMeanwhile) {
  targets::AddressSet excludes;
  excludes.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a00018f)});  // 400 of 1,000
  for (const unsigned retries : {0u, 2u}) {
    SCOPED_TRACE(retries);
    Scenario scenario = plain_scenario(2);
    scenario.config.retries = retries;
    scenario.internet.answers.closed_ppm = 100'000;  // some are silent, and so retried
    scenario.directives = [&](Duration elapsed, const engine::Tally&) {
      return engine::Directives{.rate_pps = 500, .excludes = elapsed < 500ms ? nullptr : &excludes};
    };
    const Outcome outcome = run(scenario);
    EXPECT_TRUE(outcome.ended);
    std::size_t asked_before = 0;
    for (const auto& [key, times] : outcome.asked) {
      if (!excludes.contains(key.first)) continue;
      ++asked_before;
      EXPECT_LE(times.back() - kStart, 500ms + kEffect) << to_string(key.first);
    }
    EXPECT_GT(asked_before, 0u) << "too late to see a difference";
    EXPECT_EQ(outcome.tally.excluded, 400 - asked_before);
    EXPECT_EQ(outcome.tally.probes_sent + outcome.tally.excluded, 1000u);
    EXPECT_EQ(outcome.asked.size(), 600 + asked_before);
  }
}

}  // namespace
}  // namespace masscan::test
