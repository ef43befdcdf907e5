// Whole scans with a limit for each prefix, on simulated time.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "engine/pace/prefix_limit.h"
#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr double kRate = 40;

// Networks of 256, 16 and 64 addresses, two ports each.
Scenario some_scenario(unsigned workers, unsigned retries) {
  Scenario scenario = make_plain_scenario(4000, 256 + 16);
  const auto host = [](std::uint64_t number) {
    return net::Ipv6Address(make_uint128(0xfd09'0000'0000'0000, number));
  };
  scenario.config.targets.add({host(0), host(63)});
  scenario.config.ports.add(net::Transport::kTcp, {81, 81});
  scenario.config.prefix_rate_pps = kRate;
  scenario.config.retries = retries;
  scenario.config.no_reset = true;
  scenario.internet.answers = {.key = 1, .open_ppm = 0, .closed_ppm = 0};
  scenario.faults = {.refuse = 0.3};
  scenario.workers = workers;
  return scenario;
}

using Times = std::vector<Instant>;

// When probes arrived, by network, ascending.
std::map<net::IpAddress, Times> by_prefix(const Outcome& outcome) {
  std::map<net::IpAddress, Times> times;
  for (const auto& [target, at] : outcome.asked) {
    const std::uint8_t length = target.first.is_v4() ? 24 : 64;
    Times& all = times[net::Prefix{target.first, length}.range().first];
    all.insert(all.end(), at.begin(), at.end());
  }
  for (auto& [prefix, all] : times) std::ranges::sort(all);
  return times;
}

// Returns the largest number of probes within any second.
std::ptrdiff_t most_in_a_second(const Times& times) {
  std::ptrdiff_t most = 0;
  for (auto first = times.begin(); first != times.end(); ++first) {
    const auto end = std::lower_bound(first, times.end(), *first + 1s);
    most = std::max(most, end - first);
  }
  return most;
}

void expect_limited(unsigned workers, unsigned retries) {
  SCOPED_TRACE(std::to_string(workers) + " workers, " + std::to_string(retries) + " retries");
  const Scenario scenario = some_scenario(workers, retries);
  const engine::Plan plan = make_simulated_plan(scenario);
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  const Outcome outcome = run(scenario, plan, internet);
  ASSERT_TRUE(outcome.ended);
  EXPECT_EQ(outcome.asked.size(), plan.space.size());
  for (const auto& [target, at] : outcome.asked) EXPECT_EQ(at.size(), 1 + retries);
  const auto times = by_prefix(outcome);
  EXPECT_EQ(times.size(), 3u);
  for (const auto& [prefix, all] : times) {
    // One more of each worker, and what may be early.
    EXPECT_LE(most_in_a_second(all), static_cast<std::ptrdiff_t>(kRate * 1.01) + workers)
        << to_string(prefix);
  }
  // The largest network decides how long it takes, and nothing else delays it.
  const double seconds = 512 * (1 + retries) / kRate;
  EXPECT_NEAR(std::chrono::duration<double>(outcome.length - scenario.config.wait).count(), seconds,
              1 + 0.05 * seconds);
}

TEST(PrefixRate, IsNeverExceededAndNothingIsLeftOut) {
  expect_limited(1, 0);
  expect_limited(2, 0);
  expect_limited(1, 2);
}

}  // namespace
}  // namespace masscan::test
