// A scan of a simulated internet on simulated time, for tests of the code around the workers.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/shared_controls.h"
#include "engine/worker.h"
#include "nic/memory.h"
#include "setup/config.h"
#include "setup/make_plan.h"
#include "sim/internet.h"

namespace masscan::test {

// One worker and 1,000 targets behind a router, each with port 80 open or closed. No frame is lost,
// no reset or canary is sent, and time passes only in `advance`.
class TestScan {
 public:
  static constexpr std::uint64_t kTargets = 1000;
  static constexpr double kRatePps = 500;
  static constexpr Duration kStep = 1ms;

  static setup::Config make_config() {
    setup::Config config;
    config.targets.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a0003e7)});
    config.ports.add(net::Transport::kTcp, {80, 80});
    config.rate_pps = kRatePps;
    config.seed = 7;
    config.cookie_key = SipKey{1, 2};
    config.wait = 2s;
    config.no_reset = true;
    config.canaries = 0;
    return config;
  }

  explicit TestScan(setup::Config made = make_config()) : config(std::move(made)) {
    std::vector<std::unique_ptr<nic::QueuePair>> queues;
    queues.push_back(nic::MemoryQueue::open({}, internet_).value());
    workers.push_back(engine::Worker::open(plan, 0, std::move(queues)).value());
  }

  // Does what engine::run_worker does, for `length` of simulated time.
  void advance(Duration length) {
    for (const Instant end = now + length; now < end; now += kStep) {
      engine::Directives directives = controls.directives();
      directives.excludes = excludes_.latest();
      const bool ends = directives.stop_mode != engine::StopMode::kNone;
      if (ends && !std::exchange(is_stopped_, true)) worker().stop(1s);
      worker().apply(directives, now);
      worker().links().front().queue().advance(now);
      worker().poll(now);
    }
    worker().publish(now);
  }

  engine::Worker& worker() { return *workers.front(); }
  engine::Tally tally() const { return workers.front()->status().tally; }

  const setup::Config config;
  const engine::Plan plan = make_plan();
  engine::SharedControls controls{kRatePps, {}};
  std::vector<std::unique_ptr<engine::Worker>> workers;
  Instant now{std::chrono::hours(1)};

 private:
  static net::MacAddress mac(unsigned char last) {
    return net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{last}});
  }
  engine::Plan make_plan() const {
    const net::IpAddress own = net::Ipv4Address(0xc6120002);
    engine::Plan made = setup::make_plan(config).value();
    made.links = {{.interface = "memory", .mac = mac(2), .sources = {{own, own}}}};
    made.next_hops = engine::NextHops::through(net::Ipv4Address(0xc6120001), std::nullopt);
    made.source_ports = {61000, 61015};
    made.workers = 1;
    return made;
  }

  sim::Internet internet_ =
      sim::Internet::open(
          {.answers = {.key = 3, .open_ppm = TRUTH_MILLION / 2, .closed_ppm = TRUTH_MILLION},
           .mac = mac(1)})
          .value();
  engine::LateExcludes::Reader excludes_{controls.excludes()};
  bool is_stopped_ = false;
};

}  // namespace masscan::test
