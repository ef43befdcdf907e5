#include "nic/queue_wrapper.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace masscan::nic {
namespace {

using Calls = std::vector<std::string>;

// Notes each call, and answers with numbers that no default implementation gives.
class Witness final : public QueuePair {
 public:
  explicit Witness(Calls& calls) : calls_(calls) {}

  std::span<TxFrame> reserve(std::size_t count) override {
    note("reserve", static_cast<double>(count));
    return slots_;
  }
  void submit(std::size_t count) override { note("submit", static_cast<double>(count)); }
  void set_pace(double rate_pps) override { note("set_pace", rate_pps); }
  std::size_t queued() const override { return 11; }
  std::size_t backlog() const override { return 12; }
  bool has_room() const override { return true; }
  std::span<const RxFrame> receive() override { return frames_; }
  void release() override { calls_.emplace_back("release"); }
  int poll_fd() const override { return 13; }
  std::size_t longest_frame() const override { return 16; }
  LinkLayer link_layer() const override { return LinkLayer::kRawIp; }
  QueueCounters counters() override { return {.given = 14}; }
  void advance(Instant now) override {
    note("advance", static_cast<double>(now.time_since_epoch().count()));
  }
  std::optional<Instant> next_due() const override { return Instant(Duration(15)); }

 private:
  void note(const char* call, double value) {
    calls_.push_back(call + (' ' + std::to_string(static_cast<int>(value))));
  }

  Calls& calls_;
  std::vector<TxFrame> slots_ = std::vector<TxFrame>(2);
  std::vector<RxFrame> frames_ = std::vector<RxFrame>(3);
};

TEST(QueueWrapper, ForwardsEveryCall) {
  Calls calls;
  QueueWrapper wrapper(std::make_unique<Witness>(calls));
  QueuePair& queue = wrapper;
  EXPECT_EQ(queue.reserve(1).size(), 2U);
  queue.submit(2);
  queue.set_pace(3);
  queue.release();
  queue.advance(Instant(Duration(4)));
  EXPECT_EQ(calls, (Calls{"reserve 1", "submit 2", "set_pace 3", "release", "advance 4"}));
  EXPECT_EQ(queue.queued(), 11U);
  EXPECT_EQ(queue.backlog(), 12U);
  EXPECT_TRUE(queue.has_room());
  EXPECT_EQ(queue.receive().size(), 3U);
  EXPECT_EQ(queue.poll_fd(), 13);
  EXPECT_EQ(queue.longest_frame(), 16U);
  EXPECT_EQ(queue.link_layer(), LinkLayer::kRawIp);
  EXPECT_EQ(queue.counters().given, 14U);
  EXPECT_EQ(queue.next_due(), Instant(Duration(15)));
}

}  // namespace
}  // namespace masscan::nic
