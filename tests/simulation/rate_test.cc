// Whole scans that search for their rate, on simulated time over a path with a bottleneck.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/pace/rate_finder.h"
#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr double kCapacity = 2500;
constexpr Duration kLookEvery = 50ms;

// A /12, half of whose addresses answer.
Scenario scenario_with_bottleneck() {
  Scenario scenario(1);
  scenario.config = {};
  const net::IpAddress first = net::Ipv4Address(0x0a000000);
  const net::IpAddress last = net::Ipv4Address(0x0a0fffff);
  scenario.config.targets.add({first, last});
  scenario.config.ports.add(net::Transport::kTcp, {80, 80});
  scenario.config.seed = 1;
  scenario.config.cookie_key = SipKey{1, 2};
  scenario.config.finds_rate = true;
  scenario.config.no_reset = true;
  scenario.internet = {.answers = {.key = 1, .open_ppm = 200'000, .closed_ppm = 375'000},
                       .mac = scenario.internet.mac};
  scenario.faults = {.delay_min = 20ms, .delay_max = 60ms, .capacity_fps = kCapacity};
  scenario.workers = 2;
  scenario.is_on_link = false;
  return scenario;
}

// Does what Pass does in a real scan.
struct Finding {
  engine::RateFinder finder;
  Duration next_look{};
  bool is_found = false;

  engine::Directives operator()(Duration elapsed, const engine::Tally& tally) {
    if (elapsed >= next_look) {
      next_look = elapsed + kLookEvery;
      const bool has_news = finder.update({.sent = tally.sent(),
                                           .asked = tally.probes_sent,
                                           .answered = tally.open + tally.closed,
                                           .dropped = tally.kernel_drops},
                                          Instant(std::chrono::hours(1)) + elapsed);
      is_found |= has_news;
    }
    return {.rate_pps = finder.rate_pps()};
  }
};

// Runs ten seconds of a scan with the limit `most_pps`, whose plan begins at `first_pps`.
std::pair<Finding, Outcome> look(double most_pps, double first_pps) {
  Scenario scenario = scenario_with_bottleneck();
  scenario.config.rate_pps = most_pps;
  Finding result{.finder = engine::RateFinder(most_pps)};
  scenario.directives = [&](Duration elapsed, const engine::Tally& tally) {
    return result(elapsed, tally);
  };
  const engine::Plan plan = make_simulated_plan(scenario);
  EXPECT_EQ(plan.first_rate_pps(), first_pps);
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  Outcome outcome = run(scenario, plan, internet, 10s);
  return {result, std::move(outcome)};
}

TEST(RateAuto, FindsTheBottleneckOfARunningScan) {
  const double carried = kCapacity * 2;  // each worker has a cable of its own
  const auto [finding, _] =
      look(std::numeric_limits<double>::infinity(), engine::RateFinder::kFirstRate);
  ASSERT_TRUE(finding.is_found) << finding.finder.message();
  EXPECT_GT(finding.finder.rate_pps(), 0.6 * carried) << finding.finder.message();
  EXPECT_LT(finding.finder.rate_pps(), 1.1 * carried) << finding.finder.message();
}

TEST(RateAuto, StopsAtTheLimitThatItWasTold) {
  for (const double most : {600.0, 2500.0}) {
    const auto [finding, outcome] = look(most, std::min(most, engine::RateFinder::kFirstRate));
    EXPECT_TRUE(finding.is_found) << finding.finder.message();
    EXPECT_EQ(finding.finder.rate_pps(), most) << finding.finder.message();
    const auto sent = static_cast<double>(outcome.tally.probes_sent);
    EXPECT_LE(sent, 10.5 * most);
    EXPECT_GE(sent, 0.6 * 10 * most);
  }
}

}  // namespace
}  // namespace masscan::test
