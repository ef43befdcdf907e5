// Which canaries leave in whole scans. What their answers mean is in fakes_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr std::uint32_t kHosts = 500;

// Every tenth host has port 80 open, and nothing else answers with a SYN-ACK.
Scenario services() {
  Scenario scenario = make_plain_scenario(2000, kHosts);
  scenario.config.canaries = 2;
  scenario.config.no_reset = true;
  scenario.internet = {.answers = {.key = 5, .open_ppm = 100'000, .closed_ppm = 500'000},
                       .mac = scenario.internet.mac};
  scenario.faults = {.delay_min = 5ms, .delay_max = 50ms};
  return scenario;
}

// Behind every second host is a tarpit.
Scenario tarpits() {
  Scenario scenario = services();
  scenario.internet.tarpit_ppm = 500'000;
  return scenario;
}

Outcome run(const Scenario& scenario) {
  const engine::Plan plan = make_simulated_plan(scenario);
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  Outcome outcome = test::run(scenario, plan, internet);
  EXPECT_TRUE(outcome.ended);
  return outcome;
}

TEST(Canaries, AreTwoPortsOfAHostWithAService) {
  for (const unsigned workers : {1u, 3u}) {
    Scenario scenario = services();
    scenario.workers = workers;
    const Outcome outcome = run(scenario);
    EXPECT_GT(outcome.tally.open, 30u);
    EXPECT_EQ(outcome.asked_beside.size(), 2 * outcome.tally.open);
    EXPECT_EQ(outcome.tally.canaries_sent, 2 * outcome.tally.open);
    EXPECT_GT(outcome.tally.canary_answers, 0u);
    EXPECT_EQ(outcome.tally.unchecked, 0u);
    EXPECT_EQ(outcome.tally.foreign, 0u);
  }
}

TEST(Canaries, AreAskedOfAHostOnceHoweverManyOfItsPortsAreOpen) {
  Scenario scenario = make_plain_scenario(100, 1);
  scenario.config.canaries = 2;
  scenario.config.no_reset = true;
  scenario.config.ports.add(net::Transport::kTcp, {1000, 1500});
  scenario.internet.answers = {.key = 6, .open_ppm = 500'000, .closed_ppm = 1'000'000};
  const Outcome outcome = run(scenario);
  EXPECT_GT(outcome.tally.open, 200u);
  EXPECT_EQ(outcome.tally.canaries_sent, 2u);
}

TEST(Canaries, AreAsManyAsTheUserWants) {
  for (const unsigned canaries : {0u, 1u, 5u}) {
    Scenario scenario = services();
    scenario.config.canaries = canaries;
    const Outcome outcome = run(scenario);
    EXPECT_EQ(outcome.asked_beside.size(), canaries * outcome.tally.open);
  }
  Scenario scenario = services();
  scenario.config.output.marks_suspects = false;
  EXPECT_TRUE(run(scenario).asked_beside.empty());
}

// The second answer to two canaries decides. Where one is lost, two more are asked.
TEST(Canaries, AreFourAtMost) {
  for (const double loss : {0.0, 0.3}) {
    Scenario scenario = tarpits();
    scenario.config.rate_pps = 500;
    scenario.faults.loss = loss;
    const Outcome outcome = run(scenario);
    std::map<net::IpAddress, unsigned> of_host;
    for (const auto& [key, times] : outcome.asked_beside) ++of_host[key.first];
    for (const auto& [host, count] : of_host) EXPECT_LE(count, 4u) << to_string(host);
    const bool has_more = std::ranges::any_of(of_host, [](auto& one) { return one.second > 2; });
    EXPECT_EQ(has_more, loss > 0);
  }
}

TEST(Canaries, AreWhereTheSimulatedInternetHasNoService) {
  constexpr net::PortRange kPorts = engine::Canaries::kPorts;
  EXPECT_TRUE(truth_is_unused(kPorts.first) && truth_is_unused(kPorts.last));
  EXPECT_FALSE(truth_is_unused(kPorts.first - 1u) || truth_is_unused(kPorts.last + 1u));
}

TEST(Canaries, AreNoPortsOfThePlan) {
  Scenario scenario = make_plain_scenario(2000, kHosts);
  scenario.config.canaries = 2;
  scenario.config.ports.add(net::Transport::kTcp, {61000, 65000});
  scenario.internet = {.answers = {.key = 5, .open_ppm = TRUTH_MILLION},
                       .mac = scenario.internet.mac};
  scenario.config.shard = {.number = 1, .count = 2000};
  const Outcome outcome = run(scenario);
  EXPECT_EQ(outcome.asked.size(), make_simulated_plan(scenario).probes()) << "or of another shard";
  EXPECT_FALSE(outcome.asked_beside.empty());
  for (const auto& [key, times] : outcome.asked_beside) EXPECT_GT(key.second.number, 65000);
}

TEST(Canaries, KeepTheLimitOfTheirPrefix) {
  constexpr double kRate = 40;
  Scenario scenario = services();
  scenario.config.prefix_rate_pps = kRate;
  scenario.faults = {};
  const Outcome outcome = run(scenario);
  EXPECT_GT(outcome.tally.canaries_sent, 0u);
  std::vector<Instant> times;  // into the first /24
  for (const auto* asked : {&outcome.asked, &outcome.asked_beside}) {
    for (const auto& [key, at] : *asked) {
      if (key.first.low() >> 8 == 0x0a0000) times.insert(times.end(), at.begin(), at.end());
    }
  }
  std::ranges::sort(times);
  for (auto first = times.begin(); first != times.end(); ++first) {
    const auto end = std::lower_bound(first, times.end(), *first + 1s);
    ASSERT_LE(end - first, kRate * 1.01 + 1);
  }
}

TEST(Canaries, ArriveNowhereThatWasExcludedMeanwhile) {
  const targets::AddressSet excludes = [] {
    targets::AddressSet set;
    set.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a0000ff)});
    return set;
  }();
  Scenario scenario = services();
  scenario.config.rate_pps = 500;
  scenario.faults.delay_min = scenario.faults.delay_max = 500ms;
  scenario.directives = [&](Duration, const engine::Tally& tally) {
    return engine::Directives{.rate_pps = 500,
                              .excludes = tally.probes_sent < 200 ? nullptr : &excludes};
  };
  const Outcome outcome = run(scenario);
  const auto was_open = [&](const record::Record& one) {
    return one.state == record::PortState::kOpen && excludes.contains(one.address);
  };
  EXPECT_TRUE(std::ranges::any_of(outcome.records, was_open)) << "too late to see a difference";
  EXPECT_EQ(outcome.tally.unchecked, std::ranges::count_if(outcome.records, was_open));
  EXPECT_FALSE(outcome.asked_beside.empty());
  for (const auto& [key, times] : outcome.asked_beside) EXPECT_FALSE(excludes.contains(key.first));
}

}  // namespace
}  // namespace masscan::test
