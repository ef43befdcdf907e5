#include "engine/pace/send_stall.h"

#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

class SendStallTest : public testing::Test {
 protected:
  // Updates every ten milliseconds; each time `sent` more frames have been sent, and the others
  // were refused.
  void look_for(Duration length, std::uint64_t sent, std::uint64_t refused, std::size_t backlog) {
    for (const Instant end = now_ + length; now_ < end; now_ += 10ms) {
      counters_.sent += sent;
      counters_.refused += refused;
      stall_.update(counters_, backlog, now_);
    }
  }

  SendStall stall_;
  nic::QueueCounters counters_;
  Instant now_{std::chrono::hours(1)};
};

TEST_F(SendStallTest, IsFinalAfterAWhile) {
  look_for(1s, 1, 1, 5);
  EXPECT_FALSE(stall_.has_begun());
  look_for(SendStall::kLongest, 0, 1, 5);
  EXPECT_TRUE(stall_.has_begun());
  EXPECT_FALSE(stall_.is_final(now_ - 10ms));
  look_for(10ms, 0, 1, 5);
  EXPECT_TRUE(stall_.is_final(now_));
}

TEST_F(SendStallTest, EndsWithAFrameThatLeaves) {
  look_for(10s, 0, 1, 5);
  look_for(10ms, 1, 1, 5);
  EXPECT_FALSE(stall_.has_begun());
  look_for(10s, 0, 1, 5);
  EXPECT_FALSE(stall_.is_final(now_));
}

TEST_F(SendStallTest, EndsWithAQueueThatBecomesShorter) {
  look_for(10s, 0, 1, 5);
  look_for(10ms, 0, 1, 4);
  EXPECT_FALSE(stall_.has_begun());
  look_for(10s, 0, 1, 0);
  EXPECT_FALSE(stall_.has_begun());
}

TEST_F(SendStallTest, DoesNotBeginWhileNothingIsRefused) {
  look_for(2 * SendStall::kLongest, 0, 0, 5);  // frames with long intervals
  EXPECT_FALSE(stall_.has_begun());
}

TEST_F(SendStallTest, DoesNotCountTimeInWhichNobodyTried) {
  look_for(10s, 0, 1, 5);
  now_ += 10s;  // SIGSTOP
  look_for(10s, 0, 1, 5);
  EXPECT_FALSE(stall_.is_final(now_));
  stall_.reset();
  look_for(10s, 0, 1, 5);
  EXPECT_FALSE(stall_.is_final(now_));
}

}  // namespace
}  // namespace masscan::engine
