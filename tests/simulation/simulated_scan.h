// A whole scan on simulated time over a simulated internet, made up from a seed.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "nic/memory.h"
#include "report/record.h"
#include "report/tally.h"
#include "scan/config.h"
#include "scan/plan.h"
#include "sim/internet.h"

namespace masscan::test {

// What is asked and what the network is like. Everything follows from the seed.
struct Scenario {
  explicit Scenario(std::uint64_t seed);

  std::uint64_t seed;
  scan::Config config;
  sim::InternetConfig internet;
  nic::Faults faults;
  unsigned workers = 1;
  bool is_on_link = false;
};

// For the trace of a failing test: the line that replays it, and what is special about it.
std::string describe(const Scenario& scenario);

using Key = std::pair<net::IpAddress, std::uint16_t>;

struct Outcome {
  std::vector<report::Record> records;
  std::map<Key, std::vector<Instant>> asked;  // when SYNs for a target arrived in the network
  report::Tally tally;                        // of all workers
  sim::InternetCounters internet;
  Duration length{};   // of the scan, in simulated time
  bool ended = false;  // false: it was still running after a simulated hour
};

Outcome run(const Scenario& scenario, const scan::Plan& plan, sim::Internet& internet);

// The plan of a scenario, with a link to the simulated internet.
scan::Plan make_simulated_plan(const Scenario& scenario);

}  // namespace masscan::test
