// Compares hundreds of whole scans with the exact truth, each derived from a seed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string_view>
#include <tuple>

#include "probe/tcp_flag_scans.h"
#include "simulation/simulated_scan.h"
#include "targets/probe_space.h"

namespace masscan::test {
namespace {

constexpr std::uint64_t kFirstSeed = 1;
constexpr std::uint64_t kSeeds = 300;

using Finding = std::tuple<net::IpAddress, net::Port, record::PortState>;

// What a TCP scan says about an open and a closed port of a host that follows RFC 9293.
struct Meaning {
  record::PortState open;
  record::PortState closed;
};
constexpr Meaning kSynMeaning = {record::PortState::kOpen, record::PortState::kClosed};

const Meaning& meaning_of(const probe::Kind& kind) {
  using enum record::PortState;
  static const std::map<std::string_view, Meaning> meanings = {
      {"syn", kSynMeaning},           {"ack", {kUnfiltered, kUnfiltered}},
      {"window", {kOpen, kClosed}},   {"fin", {kUnknown, kClosed}},
      {"null", {kUnknown, kClosed}},  {"xmas", {kUnknown, kClosed}},
      {"maimon", {kClosed, kClosed}},
  };
  return meanings.at(probe::tcp_scan(kind).name);
}

class Scan {
 public:
  explicit Scan(std::uint64_t seed) : Scan(Scenario(seed)) {}
  explicit Scan(Scenario scenario)
      : scenario_(std::move(scenario)),
        plan_(make_simulated_plan(scenario_)),
        internet_(sim::Internet::open(scenario_.internet).value()) {
    outcome_ = run(scenario_, plan_, internet_);
  }

  // Returns all results of the shard, if no frame is lost.
  std::set<Finding> truth() const {
    std::set<Finding> findings;
    const engine::WorkerShare worker_share(plan_.space.size(), plan_.shard, 0, 1);
    for (std::uint64_t turn = 0; turn < worker_share.count(); ++turn) {
      const targets::Target target = plan_.target(worker_share.position(turn));
      if (!is_resolved(target.address)) continue;
      const auto state = true_state(target.address, target.port);
      if (state != record::PortState::kUnknown) {
        findings.emplace(target.address, target.port, state);
      }
    }
    return findings;
  }

  void check() const {
    SCOPED_TRACE(describe(scenario_));
    EXPECT_TRUE(outcome_.ended);
    EXPECT_EQ(outcome_.internet.malformed, 0u);
    check_records();
    check_probes();
    check_canaries();
    check_tally();
  }

 private:
  static bool is_silent(record::PortState state) {
    return state == record::PortState::kUnknown || state == record::PortState::kOpenFiltered;
  }
  bool is_lossless() const { return scenario_.faults.loss == 0; }
  bool is_resolved(const net::IpAddress& address) const {
    return !scenario_.is_on_link || internet_.resolves(address);
  }
  record::PortState true_state(const net::IpAddress& address, net::Port port) const {
    const bool is_tcp = port.transport == net::Transport::kTcp;
    const Meaning& meaning = is_tcp ? meaning_of(*scenario_.config.tcp_kind) : kSynMeaning;
    switch (internet_.answer(address, port)) {
      case TRUTH_OPEN:
        if (meaning.open == record::PortState::kUnknown) break;
        return meaning.open;
      case TRUTH_CLOSED:
        return meaning.closed;
      case TRUTH_SILENT:
        break;
    }
    if (internet_.is_prohibited(address, port)) return record::PortState::kFiltered;
    const bool is_reported =
        plan_.reports_silence &&
        probe::find_kind(port, *scenario_.config.tcp_kind)->silence_may_be_open;
    return is_reported ? record::PortState::kOpenFiltered : record::PortState::kUnknown;
  }

  void check_records() const {
    std::set<Finding> found;
    for (const record::Record& record : outcome_.records) {
      const Finding finding{record.address, record.port, record.state};
      EXPECT_TRUE(found.insert(finding).second) << "twice: " << to_string(record.address);
    }
    const std::set<Finding> expected = truth();
    if (is_lossless()) {
      EXPECT_EQ(found.size(), expected.size());
      EXPECT_TRUE(found == expected);
    } else {
      EXPECT_TRUE(std::includes(expected.begin(), expected.end(), found.begin(), found.end()));
    }
  }

  // Expects a probe of every round to silent targets, at least one to others, and none to any
  // other address.
  void check_probes() const {
    const engine::WorkerShare worker_share(plan_.space.size(), plan_.shard, 0, 1);
    std::uint64_t expected = 0;
    const bool is_exact = is_lossless() && scenario_.faults.duplicate == 0;
    for (std::uint64_t turn = 0; turn < worker_share.count(); ++turn) {
      const targets::Target target = plan_.target(worker_share.position(turn));
      const auto asked = outcome_.asked.find({target.address, target.port});
      const std::size_t count = asked == outcome_.asked.end() ? 0 : asked->second.size();
      expected += count;
      if (!is_exact) continue;
      if (!is_resolved(target.address)) {
        EXPECT_EQ(count, 0u);
      } else if (is_silent(true_state(target.address, target.port))) {
        EXPECT_EQ(count, plan_.rounds_of(target.port));
      } else {
        EXPECT_GE(count, 1u) << to_string(target.address);
        EXPECT_LE(count, plan_.rounds_of(target.port));
      }
    }
    std::uint64_t arrived = 0;
    for (const auto& [key, times] : outcome_.asked) arrived += times.size();
    EXPECT_EQ(arrived, expected) << "probes to addresses that are no targets";
  }

  // Only ports that nothing should use are asked beside the plan, of hosts with an open one, by
  // each worker once.
  void check_canaries() const {
    std::set<net::IpAddress> open_hosts;
    for (const record::Record& record : outcome_.records) {
      if (record.state == record::PortState::kOpen) open_hosts.insert(record.address);
    }
    std::uint64_t arrived = 0;
    std::map<net::IpAddress, unsigned> of_host;
    for (const auto& [key, times] : outcome_.asked_beside) {
      const auto& [host, port] = key;
      EXPECT_TRUE(engine::Canaries::kPorts.contains(port.number)) << to_string(port);
      EXPECT_EQ(port.transport, net::Transport::kTcp);
      EXPECT_TRUE(open_hosts.contains(host)) << to_string(host);
      EXPECT_LE(++of_host[host], plan_.canaries + engine::Canaries::kMore) << to_string(host);
      arrived += times.size();
      if (scenario_.faults.duplicate == 0) EXPECT_LE(times.size(), plan_.workers);
    }
    const bool is_exact = is_lossless() && scenario_.faults.duplicate == 0;
    if (is_exact) EXPECT_EQ(arrived, outcome_.tally.canaries_sent);
  }

  void check_tally() const {
    const engine::Tally& tally = outcome_.tally;
    const std::uint64_t found = tally.open + tally.closed + tally.filtered + tally.unfiltered;
    EXPECT_EQ(found + tally.open_filtered, outcome_.records.size());
    EXPECT_EQ(tally.answers, found + tally.duplicate);
    EXPECT_EQ(tally.probes_sent + tally.unresolved, plan_.probes());
  }

  Scenario scenario_;
  engine::Plan plan_;
  sim::Internet internet_;
  Outcome outcome_;
};

// The queue takes hundreds of probes at once, but sends only one in about 10 ms.
TEST(SimulatedScan, WaitsFromWhenTheLastProbeHasLeft) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + 10; ++seed) {
    Scenario scenario(seed);
    scenario.faults = {.refuse = 0.995};
    scenario.config.rate_pps = 1e6;
    scenario.config.wait = 1s;
    Scan(std::move(scenario)).check();
  }
}

TEST(SimulatedScan, FindsTheTruthByEveryTcpScan) {
  for (const probe::TcpScan& scan : probe::tcp_scans()) {
    SCOPED_TRACE(scan.name);
    for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(5); ++seed) {
      Scenario scenario(seed);
      scenario.config.tcp_kind = scan.kind;
      if (seed % 2 == 0) scenario.config.data_length = static_cast<std::uint16_t>(seed * 30);
      Scan(std::move(scenario)).check();
      if (HasFailure()) return;
    }
  }
}

// Whatever has no next hop, or an answer, is not among them.
TEST(SimulatedScan, ReportsWhoDidNotAnswer) {
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(20); ++seed) {
    Scenario scenario(seed);
    scenario.config.tcp_kind = probe::tcp_scans()[3 + seed % 4].kind;
    scenario.config.output.states.open_filtered = true;
    scenario.faults.loss = 0;
    scenario.internet.noise_ppm = 0;
    Scan(std::move(scenario)).check();
    if (HasFailure()) break;
  }
}

TEST(SimulatedScan, FindsTheTruthWhateverTheNetworkDoes) {
  if (const char* seed = std::getenv("MASSCAN_SEED")) {
    Scan(std::strtoull(seed, nullptr, 10)).check();
    return;
  }
  for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + seeds(kSeeds); ++seed) {
    Scan(seed).check();
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace masscan::test
