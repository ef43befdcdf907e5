// Scans that are killed at a random moment and resumed. No target is skipped, few are asked twice,
// and the results are exact, without repeats.
#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "engine/worker.h"
#include "probe/tcp_flag_scans.h"
#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr std::uint64_t kFirstSeed = 1000;
constexpr std::uint64_t kSeeds = 100;

using Finding = std::tuple<net::IpAddress, net::Port, record::PortState>;

// A scenario without losses, so that the truth is exact, and slow enough to be killed before its
// end.
Scenario make_scenario(std::uint64_t seed) {
  Scenario scenario(seed);
  scenario.faults.loss = 0;
  scenario.faults.duplicate = 0;
  scenario.faults.delay_max = std::min(scenario.faults.delay_max, Duration(200ms));
  scenario.config.rate_pps = 200 + static_cast<double>(seed % 500);
  return scenario;
}

std::set<Finding> findings_of(const std::vector<record::Record>& records) {
  std::set<Finding> findings;
  for (const record::Record& record : records) {
    EXPECT_TRUE(findings.emplace(record.address, record.port, record.state).second)
        << "twice: " << to_string(record.address);
  }
  return findings;
}

// Returns the time before the end whose probes may be repeated. A neighbour that does not answer is
// given up after two seconds, and until then nothing after it counts as asked. A target that
// answers later in the second run may also be asked again by its retries.
Duration longest_repeat(const Scenario& scenario) {
  const bool has_silent_neighbors = scenario.is_on_link && scenario.internet.unresolved_ppm > 0;
  const Duration once = engine::Worker::kInFlight + 50ms + (has_silent_neighbors ? 2s : 0s);
  return once * make_simulated_plan(scenario).rounds;
}

// A scan, and one that ended early and is resumed: the results of its two parts are exact.
struct Resumed {
  engine::Plan plan;
  Outcome whole;
  Outcome first;
  Outcome second;
};

Resumed end_and_resume(Scenario scenario, bool is_killed) {
  Random random(scenario.seed);
  Resumed scan{.plan = make_simulated_plan(scenario)};
  sim::Internet internet = sim::Internet::open(scenario.internet).value();
  scan.whole = run(scenario, scan.plan, internet);

  // Not in the last tenth, because the first scan may by chance end before the whole one did.
  const auto longest = static_cast<std::uint64_t>(scan.whole.length.count()) / 10 * 9;
  const auto life = Duration(random.below(longest) + 1);
  if (!is_killed) scenario.stopped_after = life;
  scan.first = run(scenario, scan.plan, internet, is_killed ? life : 1h);
  EXPECT_EQ(scan.first.ended, !is_killed);
  scenario.stopped_after = Duration::max();
  engine::Plan rest = make_simulated_plan(scenario);
  EXPECT_EQ(rest.fingerprint(), scan.plan.fingerprint());
  rest.begin_turns = scan.first.turns;
  rest.workers = static_cast<unsigned>(1 + random.below(3));
  rest.rate_pps = scan.plan.rate_pps * 3;
  scan.second = run(scenario, rest, internet, 1h, scan.first.records);
  EXPECT_TRUE(scan.second.ended);

  std::vector<record::Record> records = scan.first.records;
  records.insert(records.end(), scan.second.records.begin(), scan.second.records.end());
  EXPECT_TRUE(findings_of(records) == findings_of(scan.whole.records));
  return scan;
}

void kill_and_resume(std::uint64_t seed) {
  const Scenario scenario = make_scenario(seed);
  SCOPED_TRACE(describe(scenario));
  const auto [plan, whole, first, second] = end_and_resume(scenario, true);

  std::uint64_t repeats = 0;
  for (const auto& [key, times] : whole.asked) {
    const auto before = first.asked.find(key);
    const auto after = second.asked.find(key);
    const std::size_t sum = (before == first.asked.end() ? 0 : before->second.size()) +
                            (after == second.asked.end() ? 0 : after->second.size());
    EXPECT_GE(sum, times.size()) << "skipped: " << to_string(key.first);
    repeats += sum - std::min(sum, times.size());
  }
  const double fastest_pps = plan.rate_pps * engine::Pacer::kCatchUpFactor;
  EXPECT_LE(static_cast<double>(repeats), fastest_pps * to_seconds(longest_repeat(scenario)));
}

TEST(Resume, SkipsNothingAndRepeatsLittleWhereverTheScanWasKilled) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(kSeeds); ++seed) {
    kill_and_resume(seed);
    if (HasFailure()) break;
  }
}

// Targets that were asked as often as planned are told by the first scan, all others by the second.
TEST(Resume, TellsOnceWhoDidNotAnswer) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(kSeeds) / 2; ++seed) {
    Scenario scenario = make_scenario(seed);
    scenario.config.tcp_kind = probe::tcp_scans()[3 + seed % 4].kind;
    scenario.config.output.states.open_filtered = true;
    scenario.internet.noise_ppm = 0;
    SCOPED_TRACE(describe(scenario));
    end_and_resume(scenario, false);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace masscan::test
