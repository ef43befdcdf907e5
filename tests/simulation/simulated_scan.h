// A whole scan on simulated time over a simulated internet, both derived from a seed.
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

// The options of a scan and the properties of the network, both derived from the seed.
struct Scenario {
  explicit Scenario(std::uint64_t seed);

  std::uint64_t seed;
  setup::Config config;
  sim::InternetConfig internet;
  nic::Faults faults;
  unsigned workers = 1;
  bool is_on_link = false;
  Duration stopped_after = Duration::max();  // as by the user's first interrupt
  // Returns the directives at `elapsed` after the start, when all workers together have done
  // `tally`. Empty: the plan's own.
  std::function<engine::Directives(Duration elapsed, const engine::Tally& tally)> directives;
};

// Returns the number of seeds that a test tries: `usual`, or MASSCAN_SEEDS (script/nightly).
std::uint64_t seeds(std::uint64_t usual);

// Returns the command that replays a failing test, and the special properties of the scenario.
std::string describe(const Scenario& scenario);

using Key = std::pair<net::IpAddress, net::Port>;

struct Outcome {
  std::vector<record::Record> records;
  // When probes of a target arrived in the network, and those of ports outside the plan.
  std::map<Key, std::vector<Instant>> asked;
  std::map<Key, std::vector<Instant>> asked_beside;
  engine::Tally tally;  // of all workers
  sim::InternetCounters internet;
  Duration length{};                 // of the scan, in simulated time
  bool ended = false;                // false: killed, or still running after an hour
  std::vector<std::uint64_t> turns;  // by round: where a resumed scan begins
  bool is_stuck = false;             // a link took no frames any more, and the scan was ended
};

// Runs until the scan ends, or kills it after `life`. The workers already know the results `found`.
Outcome run(const Scenario& scenario, const engine::Plan& plan, sim::Internet& internet,
            Duration life = std::chrono::hours(1), const std::vector<record::Record>& found = {});

// A scan of port 80 of `hosts` addresses from 10.0.0.0 on, behind a router, without random faults.
Scenario make_plain_scenario(double rate_pps, std::uint32_t hosts);

// The state of a worker at its end. `drive` runs one worker of `plan` on `network` until it is
// done, for an hour at most; `on_step`, if any, is called before each poll.
struct Driven {
  engine::WorkerStatus status;
  Duration length{};
};
Driven drive(const engine::Plan& plan, nic::Network& network,
             const std::function<void(engine::Worker&, Instant)>& on_step = {});

// Returns the plan of a scenario, with a link to the simulated internet.
engine::Plan make_simulated_plan(const Scenario& scenario);

}  // namespace masscan::test
