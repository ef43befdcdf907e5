#include "nic/refusal_timeout.h"

#include <gtest/gtest.h>

namespace masscan::nic {
namespace {

constexpr Instant kStart{std::chrono::hours(1)};

// Refuses the oldest frame every millisecond while others leave. Returns when it is given up.
Instant give_up(RefusalTimeout& refusal_timeout, Instant now) {
  refusal_timeout.on_look(1, true);
  while (!refusal_timeout.on_refusal(now)) now += 1ms;
  return now;
}

TEST(RefusalTimeout, GivesAFrameUpAfterASecond) {
  RefusalTimeout refusal_timeout(1s);
  EXPECT_EQ(give_up(refusal_timeout, kStart), kStart + 1s);
}

TEST(RefusalTimeout, GivesNothingUpWhileNothingLeaves) {
  RefusalTimeout refusal_timeout(1s);
  Instant now = kStart;
  for (; now < kStart + 60s; now += 1ms) {
    ASSERT_FALSE(refusal_timeout.on_refusal(now));
    if (refusal_timeout.looks_past(now)) refusal_timeout.on_look(5, false);
  }
  EXPECT_GE(give_up(refusal_timeout, now), now + 1s - RefusalTimeout::kLooksPastEvery);
}

TEST(RefusalTimeout, GivesUpOnlyWhatWasRefusedWhileOthersLeft) {
  RefusalTimeout refusal_timeout(1ms);
  Instant now = kStart;
  int given_up = 0;
  EXPECT_FALSE(refusal_timeout.on_refusal(now));
  refusal_timeout.on_look(3, true);
  for (; now < kStart + 10s; now += 1ms) given_up += refusal_timeout.on_refusal(now) ? 1 : 0;
  EXPECT_EQ(given_up, 3);
}

TEST(RefusalTimeout, LosesLittleTimeWhereARuleDropsManyFrames) {
  RefusalTimeout refusal_timeout(1s);
  Instant now = kStart;
  for (int frame = 0; frame < 1000; ++frame) {
    now = give_up(refusal_timeout, now);
    refusal_timeout.on_sent(now);  // another frame, sent at once
  }
  EXPECT_LT(now - kStart, 2s + 1000 * 2 * RefusalTimeout::kShortest);
}

TEST(RefusalTimeout, GivesNoFrameUpThatAFullQueueHoldsUp) {
  RefusalTimeout refusal_timeout(1s);
  Instant now = kStart;
  for (int frame = 0; frame < 1000; ++frame) {
    for (int attempt = 0; attempt < 900; ++attempt, now += 1ms) {
      ASSERT_FALSE(refusal_timeout.on_refusal(now)) << frame;
    }
    refusal_timeout.on_sent(now);
  }
}

TEST(RefusalTimeout, LearnsHowLongAQueueIsFullBesideARule) {
  RefusalTimeout refusal_timeout(1s);
  Instant now = kStart;
  for (int frame = 0; frame < 100; ++frame) {
    now = give_up(refusal_timeout, now);
    refusal_timeout.on_sent(now);
  }
  // The queue is full for 20 ms at a time: frames are lost until one leaves after refusals.
  int lost = 0;
  for (int frame = 0; frame < 100; ++frame) {
    refusal_timeout.on_look(20, true);
    for (const Instant end = now + 20ms; now < end; now += 500us) {
      lost += refusal_timeout.on_refusal(now) ? 1 : 0;
    }
    refusal_timeout.on_sent(now);
  }
  EXPECT_LE(lost, 20);
}

TEST(RefusalTimeout, LooksPastAFrameNowAndThen) {
  RefusalTimeout refusal_timeout(1s);
  int looks = 0;
  refusal_timeout.on_look(1, true);
  for (Instant now = kStart; !refusal_timeout.on_refusal(now); now += 1ms) {
    looks += refusal_timeout.looks_past(now) ? 1 : 0;
  }
  EXPECT_EQ(looks, 1s / RefusalTimeout::kLooksPastEvery - 1);
}

TEST(RefusalTimeout, TakesASecondAgainAfterAPause) {
  RefusalTimeout refusal_timeout(1s);
  Instant now = give_up(refusal_timeout, kStart);
  EXPECT_FALSE(refusal_timeout.on_refusal(now));
  refusal_timeout.on_look(1, true);
  refusal_timeout.on_sent(now + 100ms);  // 1.1 s since the first refusal
  EXPECT_FALSE(refusal_timeout.is_blocked());
  EXPECT_EQ(give_up(refusal_timeout, now), now + 1s);
}

}  // namespace
}  // namespace masscan::nic
