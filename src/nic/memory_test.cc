#include "nic/memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace masscan::nic {
namespace {

// Frames are eight bytes here: a number.
class Echo final : public Network {
 public:
  void on_frame(Bytes frame, Instant now, SimulatedCable& cable) override {
    heard.push_back(load_le<std::uint64_t>(frame));
    heard_at.push_back(now);
    cable.send(frame, answer_after);
  }

  Duration answer_after{0};
  std::vector<std::uint64_t> heard;
  std::vector<Instant> heard_at;
};

struct Arrival {
  std::uint64_t number;
  WallTime at;
  bool operator==(const Arrival&) const = default;
};

class Engine {
 public:
  explicit Engine(const MemoryConfig& config) : queue_(MemoryQueue::open(config, echo).value()) {}

  MemoryQueue& queue() { return *queue_; }
  void send(std::uint64_t count) {
    const std::span<TxFrame> frames = queue_->reserve(count);
    for (TxFrame& frame : frames) {
      store_le(frame.buffer, 0, next_++);
      frame.length = sizeof next_;
    }
    queue_->submit(frames.size());
  }
  std::vector<Arrival> receive() {
    std::vector<Arrival> arrivals;
    for (const RxFrame& frame : queue_->receive()) {
      arrivals.push_back({load_le<std::uint64_t>(frame.bytes), frame.captured_at});
    }
    queue_->release();
    return arrivals;
  }
  // Advances from event to event until no frame is on the cable.
  std::vector<Arrival> run() {
    while (queue_->next_due().has_value()) queue_->advance(*queue_->next_due());
    return receive();
  }

  Echo echo;

 private:
  std::unique_ptr<MemoryQueue> queue_;
  std::uint64_t next_ = 0;
};

TEST(MemoryQueue, DeliversOnlyWhatIsDue) {
  Engine engine({.faults = {.delay_min = 10ms, .delay_max = 10ms}});
  engine.echo.answer_after = 5ms;
  engine.queue().advance(Instant(1s));
  engine.send(1);
  engine.queue().advance(Instant(1s + 24ms));
  EXPECT_TRUE(engine.receive().empty());
  EXPECT_EQ(engine.echo.heard_at, std::vector{Instant(1s + 10ms)});
  EXPECT_EQ(engine.queue().next_due(), Instant(1s + 25ms));
  engine.queue().advance(Instant(1s + 25ms));
  EXPECT_EQ(engine.receive(), (std::vector<Arrival>{{0, WallTime(1s + 25ms)}}));
}

TEST(MemoryQueue, AddsTheWallOffsetToTimesOfCapture) {
  Engine engine({.wall_offset = 100s});
  engine.queue().advance(Instant(1s));
  engine.send(1);
  EXPECT_EQ(engine.run(), (std::vector<Arrival>{{0, WallTime(101s)}}));
}

TEST(MemoryQueue, KeepsOrderWithoutFaults) {
  Engine engine({});
  engine.send(300);
  const std::vector<Arrival> arrivals = engine.run();
  ASSERT_EQ(arrivals.size(), 300u);
  for (std::uint64_t i = 0; i < 300; ++i) EXPECT_EQ(arrivals[i].number, i);
}

TEST(MemoryQueue, ReordersWithinItsDelays) {
  Engine engine({.faults = {.delay_min = 0ms, .delay_max = 50ms}});
  engine.send(100);
  const std::vector<Arrival> arrivals = engine.run();
  EXPECT_EQ(arrivals.size(), 100u);
  EXPECT_FALSE(std::ranges::is_sorted(engine.echo.heard));
  EXPECT_TRUE(std::ranges::is_sorted(arrivals, {}, &Arrival::at));
  EXPECT_LE(arrivals.back().at, WallTime(100ms));
}

TEST(MemoryQueue, LosesInBothDirectionsAtTheGivenRate) {
  Engine engine({.faults = {.loss = 0.2}, .transmit_slots = 10000});
  engine.send(10000);
  const std::size_t arrived = engine.run().size();
  EXPECT_NEAR(static_cast<double>(engine.echo.heard.size()), 8000, 200);
  EXPECT_NEAR(static_cast<double>(arrived), 6400, 250);
  EXPECT_EQ(engine.queue().cable_counters().lost, 10000 - arrived);
}

TEST(MemoryQueue, DuplicatesInBothDirectionsAtTheGivenRate) {
  Engine engine({.faults = {.duplicate = 0.5}, .transmit_slots = 10000});
  engine.send(10000);
  const std::size_t arrived = engine.run().size();
  EXPECT_NEAR(static_cast<double>(engine.echo.heard.size()), 15000, 250);
  EXPECT_NEAR(static_cast<double>(arrived), 22500, 400);
  EXPECT_EQ(engine.queue().cable_counters().duplicated, arrived - 10000);
}

TEST(MemoryQueue, SendsRefusedFramesLaterAndOnce) {
  Engine engine({.faults = {.refuse = 0.5}});
  engine.send(100);
  EXPECT_GT(engine.queue().queued(), 0u);
  while (engine.queue().queued() > 0) engine.queue().submit(0);
  const std::vector<Arrival> arrivals = engine.run();
  ASSERT_EQ(arrivals.size(), 100u);
  for (std::uint64_t i = 0; i < 100; ++i) EXPECT_EQ(arrivals[i].number, i);
  const QueueCounters counters = engine.queue().counters();
  EXPECT_EQ(counters.given, 100u);
  EXPECT_EQ(counters.sent, 100u);
  EXPECT_NEAR(static_cast<double>(counters.refused), 100, 50);
}

TEST(MemoryQueue, CountsWhatTheEngineIsTooSlowToTake) {
  Engine engine({.receive_limit = 10});
  engine.send(25);
  EXPECT_EQ(engine.run().size(), 10u);
  EXPECT_EQ(engine.queue().counters().received, 10u);
  EXPECT_EQ(engine.queue().counters().kernel_drops, 15u);
}

TEST(MemoryQueue, LosesWhatItsWireCannotHold) {
  Engine engine({.in_flight_limit = 10});
  engine.send(25);
  EXPECT_EQ(engine.run().size(), 10u);
  EXPECT_EQ(engine.queue().cable_counters().lost, 15u);
}

std::vector<Arrival> run_with_seed(std::uint64_t seed) {
  const Faults faults{
      .loss = 0.1, .duplicate = 0.1, .refuse = 0.1, .delay_min = 1ms, .delay_max = 9ms};
  Engine engine({.faults = faults, .seed = seed});
  engine.send(200);
  while (engine.queue().queued() > 0) engine.queue().submit(0);
  return engine.run();
}

TEST(MemoryQueue, RepeatsItselfFromTheSeed) {
  EXPECT_EQ(run_with_seed(7), run_with_seed(7));
  EXPECT_NE(run_with_seed(7), run_with_seed(8));
}

TEST(MemoryQueue, KeepsViewsUntilReleased) {
  Engine engine({});
  engine.send(1);
  engine.queue().advance(Instant(0s));
  const std::span<const RxFrame> frames = engine.queue().receive();
  engine.send(50);
  engine.queue().advance(Instant(1s));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(load_le<std::uint64_t>(frames[0].bytes), 0u);
  engine.queue().release();
  EXPECT_EQ(engine.receive().size(), 50u);
}

TEST(MemoryQueue, LosesWhatWouldWaitTooLongAtTheBottleneck) {
  Engine engine({.faults = {.capacity_fps = 1000, .queue = 20ms}});
  engine.queue().advance(Instant(1s));
  engine.send(100);
  engine.run();
  ASSERT_EQ(engine.echo.heard.size(), 21u);  // one passes, and the queue holds 20 ms
  for (std::size_t i = 0; i < engine.echo.heard.size(); ++i) {
    EXPECT_EQ(engine.echo.heard_at[i], Instant(1s) + (i + 1) * 1ms);
  }
  EXPECT_EQ(engine.queue().cable_counters().lost, 79u);
}

}  // namespace
}  // namespace masscan::nic
