// A whole scan on simulated time over a simulated internet, made up from a seed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "engine/plan.h"
#include "engine/shared_controls.h"
#include "engine/tally.h"
#include "engine/worker.h"
#include "nic/memory.h"
#include "record/record.h"
#include "setup/config.h"
#include "sim/internet.h"

namespace masscan::test {

// What is asked and what the network is like. Everything follows from the seed.
struct Scenario {
  explicit Scenario(std::uint64_t seed);

  std::uint64_t seed;
  setup::Config config;
  sim::InternetConfig internet;
  nic::Faults faults;
  unsigned workers = 1;
  bool is_on_link = false;
  // What the user wants so long after the start, all workers having done so much; empty: nothing
  // but the plan.
  std::function<engine::Directives(Duration elapsed, const engine::Tally& tally)> directives;
};

// How many seeds a test tries: so many, or what MASSCAN_SEEDS says (script/nightly).
std::uint64_t seeds(std::uint64_t usual);

// For the trace of a failing test: the line that replays it, and what is special about it.
std::string describe(const Scenario& scenario);

using Key = std::pair<net::IpAddress, net::Port>;

struct Outcome {
  std::vector<record::Record> records;
  std::map<Key, std::vector<Instant>> asked;  // when probes of a target arrived in the network
  engine::Tally tally;                        // of all workers
  sim::InternetCounters internet;
  Duration length{};   // of the scan, in simulated time
  bool ended = false;  // false: it was still running when it was killed, or after an hour
  std::vector<std::uint64_t> turns;  // by round: where a resumed scan begins
  bool is_stuck = false;  // a worker said that a link takes no frames, and the scan was ended
};

// Runs until the scan ends by itself, or for `life` and then stops dead. Of `found` it knows
// already.
Outcome run(const Scenario& scenario, const engine::Plan& plan, sim::Internet& internet,
            Duration life = std::chrono::hours(1), const std::vector<record::Record>& found = {});

// A scan of `hosts` addresses from 10.0.0.0 on, port 80, behind a router; nothing is left to
// chance.
Scenario make_plain_scenario(double rate_pps, std::uint32_t hosts);

// Runs one worker of `plan` on `network` until it is done, for an hour at most; `on_step`, if any,
// is called before each of its looks. What it has to say at the end.
struct Driven {
  engine::WorkerStatus status;
  Duration length{};
};
Driven drive(const engine::Plan& plan, nic::Network& network,
             const std::function<void(engine::Worker&, Instant)>& on_step = {});

// The plan of a scenario, with a link to the simulated internet.
engine::Plan make_simulated_plan(const Scenario& scenario);

}  // namespace masscan::test
