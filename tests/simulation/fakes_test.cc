// Compares what scan::FakeFinder marks with the truth of a simulated internet, in which proxies and
// tarpits answer for ports without a service.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "scan/fake_finder.h"
#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr Duration kStep = 10ms;  // the writer's interval

struct Marks {
  std::uint64_t fakes = 0, fakes_marked = 0;
  std::uint64_t services = 0, services_marked = 0;
  Duration longest_hold{};

  double fakes_share() const {
    return static_cast<double>(fakes_marked) /
           static_cast<double>(std::max<std::uint64_t>(fakes, 1));
  }
  std::string text() const {
    return fmt::format("{} of {} fakes and {} of {} services are marked", fakes_marked, fakes,
                       services_marked, services);
  }
};

// A scan whose records pass through a finder, as they do in scan::Writer.
class Judged {
 public:
  Judged(const Scenario& scenario, nic::Faults faults)
      : plan_(make_simulated_plan(scenario)),
        internet_(sim::Internet::open(scenario.internet).value()) {
    std::vector<std::unique_ptr<nic::QueuePair>> queues;
    queues.push_back(
        nic::MemoryQueue::open({.faults = faults, .seed = scenario.seed}, internet_).value());
    worker_ = engine::Worker::open(plan_, 0, std::move(queues)).value();
    finder_.emplace(scan::FakeFinder::open(plan_, counts_).value());
  }

  Marks run() {
    for (; !worker_->is_done(now_); now_ += 1ms) {
      worker_->links().front().queue().advance(now_);
      worker_->poll(now_);
      if ((now_.time_since_epoch() / 1ms) % (kStep / 1ms) == 0) drain();
    }
    worker_->publish(now_);
    drain();
    finder_->finish();
    release();
    EXPECT_EQ(counts_.suspect, marks_.fakes_marked + marks_.services_marked);
    EXPECT_EQ(finder_->held(), finder_->released());
    return marks_;
  }

 private:
  void drain() {
    finder_->update(worker_->status().tally.probes_sent, now_);
    while (!worker_->messages().front().empty()) worker_->messages().pop();
    while (const auto record = worker_->records().pop()) {
      const bool is_result = record->canary != record::Canary::kAnswer &&
                             record->data_check != record::DataCheck::kBegun;
      if (is_result) taken_[{record->address, record->port}] = now_;
      if (const auto judged = finder_->take(*record)) note(*judged);
      release();
    }
    finder_->update(worker_->status().tally.probes_sent, now_);
    release();
  }
  void release() {
    while (const auto record = finder_->release()) note(*record);
  }
  void note(const record::Record& record) {
    if (record.state != record::PortState::kOpen) return;
    const bool is_marked = record.suspect != record::Suspect::kNone;
    const bool is_fake = internet_.fake(record.address, record.port) != sim::Fake::kNone ||
                         (plan_.conversations.checks_data && is_mute(record));
    ++(is_fake ? marks_.fakes : marks_.services);
    if (is_marked) ++(is_fake ? marks_.fakes_marked : marks_.services_marked);
    marks_.longest_hold =
        std::max(marks_.longest_hold, now_ - taken_[{record.address, record.port}]);
  }

  bool is_mute(const record::Record& record) const {
    using sim::Service;
    const Service service = internet_.services().at(record.address, record.port.number);
    return service == Service::kSilent || service == Service::kClosing ||
           service == Service::kResetting || service == Service::kShut;
  }

  const engine::Plan plan_;
  sim::Internet internet_;
  std::unique_ptr<engine::Worker> worker_;
  scan::SuspectCounts counts_;
  std::optional<scan::FakeFinder> finder_;
  Instant now_{1h};
  std::map<Key, Instant> taken_;
  Marks marks_;
};

Scenario make_scenario(std::uint64_t seed, double rate_pps, std::uint32_t hosts,
                       std::uint16_t ports, unsigned canaries = 0) {
  Scenario scenario = make_plain_scenario(rate_pps, hosts);
  scenario.seed = seed;
  scenario.config.seed = seed;
  scenario.config.ports = {};
  scenario.config.ports.add(net::Transport::kTcp, {1, ports});
  scenario.config.no_reset = true;
  scenario.config.canaries = canaries;
  scenario.internet = {.answers = {.key = seed, .open_ppm = 50'000, .closed_ppm = 500'000},
                       .mac = scenario.internet.mac,
                       .seed = seed};
  return scenario;
}

constexpr nic::Faults kPath = {.delay_min = 20ms, .delay_max = 200ms};

// Runs a scenario of each seed. Some fakes may be missed, and no service may be marked.
template <typename Make>
void expect_told_apart(std::uint64_t usual_seeds, Make make, nic::Faults faults = kPath,
                       double least = 0.99) {
  Marks all;
  std::uint64_t poor_seeds = 0;
  for (std::uint64_t seed = 1; seed <= seeds(usual_seeds); ++seed) {
    const Marks marks = Judged(make(seed), faults).run();
    EXPECT_EQ(marks.services_marked, 0u) << "seed " << seed << ": " << marks.text();
    EXPECT_LE(marks.longest_hold, scan::FakeFinder::kHold + 2 * kStep) << "seed " << seed;
    poor_seeds += marks.fakes_share() < least ? 1 : 0;
    all.fakes += marks.fakes;
    all.fakes_marked += marks.fakes_marked;
    all.services += marks.services;
  }
  EXPECT_GT(all.fakes, 0u);
  EXPECT_GE(all.fakes_share(), least) << all.text();
  fmt::print("seeds 1 to {}, {} of them poor: {}\n", seeds(usual_seeds), poor_seeds, all.text());
}

TEST(Fakes, ASynProxyBesideServicesIsMarkedAtOnce) {
  expect_told_apart(3, [](std::uint64_t seed) {
    Scenario scenario = make_scenario(seed, 2000, 200, 20);
    scenario.internet.proxied_ppm = 100'000;
    return scenario;
  });
}

// One host, a hundred packets a second: a third of its 150 ports are services.
TEST(Fakes, ATarpitOnDeadPortsIsMarkedAndTheServicesBesideItAreNot) {
  expect_told_apart(10, [](std::uint64_t seed) {
    Scenario scenario = make_scenario(seed, 100, 1, 150);
    scenario.internet.answers.open_ppm = 333'333;
    scenario.internet.tarpit_ppm = TRUTH_MILLION;
    return scenario;
  });
}

TEST(Fakes, APrefixThatAnswersAtOnePortIsMarkedAtTheDefaultRate) {
  expect_told_apart(10, [](std::uint64_t seed) {
    Scenario scenario = make_scenario(seed, 100, 256, 1);
    scenario.internet.tarpit_prefix_ppm = TRUTH_MILLION;
    return scenario;
  });
}

TEST(Fakes, APrefixThatAnswersAtEveryPortIsMarkedAmongOthers) {
  expect_told_apart(3, [](std::uint64_t seed) {
    Scenario scenario = make_scenario(seed, 3000, 16 * 256, 4);
    scenario.internet.tarpit_prefix_ppm = 250'000;
    return scenario;
  });
}

// Few ports are asked, too few for any density. Every twentieth host is a tarpit.
TEST(Fakes, ATarpitIsMarkedHoweverFewPortsAreAsked) {
  for (const std::uint16_t ports : {1, 3, 10}) {
    expect_told_apart(4, [ports](std::uint64_t seed) {
      Scenario scenario = make_scenario(seed, 1000, 2000 / ports, ports, 2);
      scenario.internet.answers.open_ppm = 30'000;
      scenario.internet.tarpit_ppm = 50'000;
      return scenario;
    });
  }
}

// One frame in twenty is lost in each direction, so that one canary in ten stays without an answer.
TEST(Fakes, ATarpitIsMostlyMarkedWhereFramesAreLost) {
  nic::Faults faults = kPath;
  faults.loss = 0.05;
  expect_told_apart(
      10,
      [](std::uint64_t seed) {
        Scenario scenario = make_scenario(seed, 1000, 2000, 1, 2);
        scenario.internet.answers.open_ppm = 30'000;
        scenario.internet.tarpit_ppm = 50'000;
        return scenario;
      },
      faults, 0.97);
}

// The user has chosen every pair of address and port.
TEST(Fakes, ATarpitIsMarkedAmongPairsToo) {
  expect_told_apart(3, [](std::uint64_t seed) {
    Scenario scenario = make_scenario(seed, 1000, 1, 1, 2);
    targets::PairList pairs;
    for (std::uint32_t host = 0; host < 1000; ++host) {
      const auto port = static_cast<std::uint16_t>(80 + host % 7);
      pairs.add({net::Ipv4Address(0x0a010000 + host), {net::Transport::kTcp, port}});
    }
    scenario.config.pairs.add(std::move(pairs));
    scenario.internet.answers.open_ppm = 30'000;
    scenario.internet.tarpit_ppm = 50'000;
    return scenario;
  });
}

TEST(Fakes, ATarpitOnDeadPortsIsMarkedByItsCanariesFromTheFirstAnswerOn) {
  expect_told_apart(10, [](std::uint64_t seed) {
    Scenario scenario = make_scenario(seed, 100, 1, 150, 2);
    scenario.internet.answers.open_ppm = 333'333;
    scenario.internet.tarpit_ppm = TRUTH_MILLION;
    return scenario;
  });
}

// One port of each host tells nothing by itself. In the second half one address in five is a proxy
// or a tarpit's. Whatever acknowledges nothing, says nothing or hangs up is marked.
TEST(Fakes, WhatDoesNotSpeakIsMarkedByADataCheck) {
  for (const std::uint16_t ports : {1, 20}) {
    expect_told_apart(4, [ports](std::uint64_t seed) {
      Scenario scenario = make_scenario(seed, 2000, 1000 / ports, ports);
      scenario.config.banners = true;
      scenario.config.talk.checks_data = true;
      scenario.config.no_reset = false;
      scenario.internet.answers.open_ppm = 300'000;
      scenario.internet.has_services = true;
      scenario.internet.proxied_ppm = ports == 1 ? 0 : 100'000;
      scenario.internet.tarpit_ppm = ports == 1 ? 0 : 100'000;
      return scenario;
    });
  }
}

// Half of all ports are open, whatever the rate and the loss.
TEST(Fakes, ServicesAreNeverMarkedHoweverManyThereAre) {
  for (std::uint64_t seed = 1; seed <= seeds(3); ++seed) {
    for (const double rate_pps : {100.0, 3000.0, 300'000.0}) {
      Scenario scenario = make_scenario(seed, rate_pps, 256, rate_pps == 100.0 ? 1 : 20, 2);
      scenario.internet.answers.open_ppm = 500'000;
      nic::Faults faults = kPath;
      faults.loss = 0.1;
      const Marks marks = Judged(scenario, faults).run();
      EXPECT_EQ(marks.services_marked, 0u)
          << "seed " << seed << " rate " << rate_pps << ": " << marks.text();
    }
  }
}

}  // namespace
}  // namespace masscan::test
