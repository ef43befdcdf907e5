// Links that take no frames for a while, or for ever.
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "engine/pace/send_stall.h"
#include "engine/worker.h"
#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr std::uint64_t kSeeds = 4;  // each simulates many seconds of repeated refusals
constexpr std::uint64_t kFirstSeed = 4000;
// Start of all simulated scans.
constexpr Instant kStart{std::chrono::hours(1)};

using Finding = std::tuple<net::IpAddress, std::uint16_t, record::PortState>;

// A scenario without losses, slow enough for a stall before its end.
Scenario make_scenario(std::uint64_t seed) {
  Scenario scenario(seed);
  scenario.faults = {};
  scenario.is_on_link = false;
  scenario.internet.unresolved_ppm = 0;
  scenario.config.rate_pps = 200 + static_cast<double>(seed % 500);
  return scenario;
}

std::set<Finding> findings_of(const std::vector<record::Record>& records) {
  std::set<Finding> findings;
  for (const record::Record& record : records) {
    EXPECT_TRUE(findings.emplace(record.address, record.port.number, record.state).second)
        << "twice: " << to_string(record.address);
  }
  return findings;
}

// Returns a random time while the scan sends probes.
Instant some_time_in(const Outcome& whole, std::uint64_t seed) {
  Random random(seed);
  std::set<Instant> asked;
  for (const auto& [key, times] : whole.asked) asked.insert(times.begin(), times.end());
  const Duration length = *asked.rbegin() - kStart;
  return kStart + Duration(random.below(static_cast<std::uint64_t>(length.count())));
}

TEST(Stall, ThatPassesLosesNothing) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(5 * kSeeds); ++seed) {
    Scenario scenario = make_scenario(seed);
    SCOPED_TRACE(describe(scenario));
    const engine::Plan plan = make_simulated_plan(scenario);
    sim::Internet internet = sim::Internet::open(scenario.internet).value();
    const Outcome whole = run(scenario, plan, internet);
    scenario.faults.stall_begin = some_time_in(whole, seed);
    const Duration length = seed == kFirstSeed ? engine::SendStall::kLongest - 1s : Duration(1s);
    scenario.faults.stall_end = scenario.faults.stall_begin + length;
    const Outcome stalled = run(scenario, plan, internet);
    ASSERT_TRUE(stalled.ended);
    EXPECT_FALSE(stalled.is_stuck);
    ASSERT_EQ(findings_of(stalled.records), findings_of(whole.records));
    EXPECT_EQ(stalled.turns, whole.turns);
  }
}

// The scan is ended when a worker is stuck, as the main thread does.
TEST(Stall, ThatDoesNotPassIsSaidAndTheScanGoesOnExactly) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(kSeeds); ++seed) {
    Scenario scenario = make_scenario(seed);
    SCOPED_TRACE(describe(scenario));
    const engine::Plan plan = make_simulated_plan(scenario);
    sim::Internet internet = sim::Internet::open(scenario.internet).value();
    const Outcome whole = run(scenario, plan, internet);
    scenario.faults.stall_begin = some_time_in(whole, seed);
    const Outcome first = run(scenario, plan, internet);
    EXPECT_TRUE(first.is_stuck);
    const Duration longest = whole.length + engine::SendStall::kLongest + scenario.config.wait;
    EXPECT_LE(first.length, longest + 1s);

    scenario.faults = {};
    engine::Plan rest = make_simulated_plan(scenario);
    rest.begin_turns = first.turns;
    const Outcome second = run(scenario, rest, internet, std::chrono::hours(1), first.records);
    std::vector<record::Record> records = first.records;
    records.insert(records.end(), second.records.begin(), second.records.end());
    ASSERT_EQ(findings_of(records), findings_of(whole.records));
    ASSERT_NE(first.turns, whole.turns);
  }
}

}  // namespace
}  // namespace masscan::test
