// Scans whose records are taken more slowly than they arrive, or not at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "simulation/simulated_scan.h"

namespace masscan::test {
namespace {

constexpr std::uint32_t kHosts = 40'000;  // more than a worker has room for
constexpr Duration kStep = 10ms;

// A worker whose records only the test takes; every target answers.
class SlowWriter : public testing::Test {
 protected:
  static Scenario scenario() {
    Scenario scenario = make_plain_scenario(30'000, kHosts);
    scenario.config.no_reset = true;
    scenario.internet = {.answers = {.key = 3, .open_ppm = TRUTH_MILLION},
                         .mac = scenario.internet.mac};
    return scenario;
  }

  SlowWriter() {
    std::vector<std::unique_ptr<nic::QueuePair>> queues;
    queues.push_back(
        nic::MemoryQueue::open({.faults = {.delay_min = 1ms, .delay_max = 200ms}}, internet_)
            .value());
    worker_ = engine::Worker::open(plan_, 0, std::move(queues)).value();
  }

  void advance(Duration length) {
    for (const Instant end = now_ + length; now_ < end; now_ += kStep) {
      worker_->links().front().queue().advance(now_);
      worker_->poll(now_);
    }
  }
  void take(std::size_t most) {
    for (; most > 0; --most) {
      const auto record = worker_->records().pop();
      if (!record) return;
      if (record->canary == record::Canary::kAnswer) continue;
      EXPECT_TRUE(found_.insert(record->address).second) << "found twice";
    }
  }
  // Expects that the writer has, or can take, everything a checkpoint would claim.
  void expect_honest() {
    const std::uint64_t claimed = std::min<std::uint64_t>(worker_->asked(0), kHosts);
    EXPECT_LE(claimed, found_.size() + worker_->records().size());
    EXPECT_LE(claimed, worker_->status().tally.probes_sent);
  }

  const Scenario scenario_ = scenario();
  const engine::Plan plan_ = make_simulated_plan(scenario_);
  sim::Internet internet_ = sim::Internet::open(scenario_.internet).value();
  std::unique_ptr<engine::Worker> worker_;
  Instant now_{1h};
  std::set<net::IpAddress> found_;
};

TEST_F(SlowWriter, HoldsTheScanUpAndLosesNothing) {
  advance(3s);
  EXPECT_TRUE(worker_->is_stuck());
  const std::uint64_t sent = worker_->status().tally.probes_sent;
  advance(3600s);
  EXPECT_EQ(worker_->status().tally.probes_sent, sent) << "it asks on";
  EXPECT_FALSE(worker_->is_done(now_));
  expect_honest();
  while (!worker_->is_done(now_)) {
    take(1000);
    advance(kStep);
    expect_honest();
  }
  take(kHosts);
  EXPECT_EQ(found_.size(), kHosts);
}

TEST_F(SlowWriter, DoesNotLetAnInterruptedScanEndWithAnswersLeft) {
  advance(3s);
  worker_->stop(1s);
  advance(60s);
  EXPECT_FALSE(worker_->is_done(now_)) << "answers wait, which nobody has looked at";
  expect_honest();
  while (!worker_->is_done(now_)) {
    take(1000);
    advance(kStep);
  }
  worker_->publish(now_);
  take(kHosts);
  EXPECT_EQ(found_.size(), worker_->status().tally.probes_sent);
  EXPECT_EQ(worker_->asked(0), found_.size());
}

// Ends as after a second interrupt.
TEST_F(SlowWriter, ClaimsNothingThatWasNotTakenAtASuddenEnd) {
  advance(3s);
  worker_->publish(now_ + 10s);
  expect_honest();
}

}  // namespace
}  // namespace masscan::test
