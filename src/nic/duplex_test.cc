#include "nic/duplex.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace masscan::nic {
namespace {

// Keeps frames queued until it is full, and counts them.
class Slots final : public Sender {
 public:
  explicit Slots(std::size_t room) : room_(room) {}

  std::span<TxFrame> reserve(std::size_t count) override {
    return std::span(frames_).first(std::min(count, room_ - queued()));
  }
  void submit(std::size_t count) override { counters_.given += count; }
  void set_pace(double rate_pps) override { pace_pps = rate_pps; }
  std::size_t queued() const override { return counters_.given; }
  std::size_t backlog() const override { return 10 * queued(); }
  bool has_room() const override { return queued() < room_; }
  QueueCounters counters() override { return counters_; }

  double pace_pps = 0;

 private:
  std::size_t room_;
  std::array<TxFrame, 8> frames_{};
  QueueCounters counters_;
};

class NoReceiver final : public Receiver {
 public:
  std::span<const RxFrame> receive() override { return {}; }
  void release() override {}
  int poll_fd() const override { return -1; }
  std::size_t longest_frame() const override { return 6; }
  QueueCounters counters() override { return {.received = 5}; }
};

struct DuplexTest : testing::Test {
  DuplexTest() {
    std::vector<std::unique_ptr<Sender>> senders;
    for (Slots*& sender : halves) {
      senders.push_back(std::make_unique<Slots>(4));
      sender = static_cast<Slots*>(senders.back().get());
    }
    queue.emplace(LinkLayer::kEthernet, std::move(senders), std::make_unique<NoReceiver>());
  }
  std::size_t send(std::size_t count) {
    const std::size_t frames = queue->reserve(count).size();
    queue->submit(frames);
    return frames;
  }

  std::array<Slots*, 2> halves{};
  std::optional<Duplex> queue;
};

TEST_F(DuplexTest, UsesItsSendersInTurn) {
  EXPECT_EQ(send(2), 2u);
  EXPECT_EQ(send(3), 3u);
  EXPECT_EQ(halves[0]->queued(), 2u);
  EXPECT_EQ(halves[1]->queued(), 3u);
}

TEST_F(DuplexTest, TakesNoTurnForASubmitOfNothing) {
  queue->submit(0);
  EXPECT_EQ(send(1), 1u);
  EXPECT_EQ(halves[0]->queued(), 1u);
}

TEST_F(DuplexTest, SkipsASenderThatIsFull) {
  EXPECT_EQ(send(4), 4u);
  EXPECT_EQ(send(1), 1u);
  EXPECT_EQ(send(3), 3u) << "the first is full";
  EXPECT_EQ(halves[1]->queued(), 4u);
  EXPECT_FALSE(queue->has_room());
  EXPECT_EQ(send(1), 0u);
}

TEST_F(DuplexTest, SumsUpWhatItsHalvesReport) {
  send(2);
  send(3);
  EXPECT_TRUE(queue->has_room());
  EXPECT_EQ(queue->queued(), 5u);
  EXPECT_EQ(queue->backlog(), 50u);
  EXPECT_EQ(queue->counters().given, 5u);
  EXPECT_EQ(queue->counters().received, 5u);
  EXPECT_EQ(queue->longest_frame(), 6u);
}

TEST_F(DuplexTest, DividesItsPace) {
  queue->set_pace(1000);
  EXPECT_EQ(halves[0]->pace_pps, 500);
  EXPECT_EQ(halves[1]->pace_pps, 500);
}

}  // namespace
}  // namespace masscan::nic
