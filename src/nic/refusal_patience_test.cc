#include "nic/refusal_patience.h"

#include <gtest/gtest.h>

namespace masscan::nic {
namespace {

constexpr Instant kStart{std::chrono::hours(1)};

// Refuses the oldest frame every millisecond until it is given up, while others leave; when that
// is.
Instant give_up(RefusalPatience& patience, Instant now) {
  patience.on_look(1, true);
  while (!patience.on_refusal(now)) now += 1ms;
  return now;
}

TEST(RefusalPatience, GivesAFrameUpAfterASecond) {
  RefusalPatience patience(1s);
  EXPECT_EQ(give_up(patience, kStart), kStart + 1s);
}

TEST(RefusalPatience, GivesNothingUpWhileNothingLeaves) {
  RefusalPatience patience(1s);
  Instant now = kStart;
  for (; now < kStart + 60s; now += 1ms) {
    ASSERT_FALSE(patience.on_refusal(now));
    if (patience.looks_past(now)) patience.on_look(5, false);
  }
  EXPECT_GE(give_up(patience, now), now + 1s - RefusalPatience::kLooksPastEvery);
}

TEST(RefusalPatience, GivesUpOnlyWhatWasRefusedWhileOthersLeft) {
  RefusalPatience patience(1ms);
  Instant now = kStart;
  int given_up = 0;
  EXPECT_FALSE(patience.on_refusal(now));
  patience.on_look(3, true);
  for (; now < kStart + 10s; now += 1ms) given_up += patience.on_refusal(now) ? 1 : 0;
  EXPECT_EQ(given_up, 3);
}

TEST(RefusalPatience, LosesLittleTimeWhereARuleDropsManyFrames) {
  RefusalPatience patience(1s);
  Instant now = kStart;
  for (int frame = 0; frame < 1000; ++frame) {
    now = give_up(patience, now);
    patience.on_sent(now);  // another frame, at once
  }
  EXPECT_LT(now - kStart, 2s + 1000 * 2 * RefusalPatience::kShortest);
}

TEST(RefusalPatience, GivesNoFrameUpThatAFullQueueHoldsUp) {
  RefusalPatience patience(1s);
  Instant now = kStart;
  for (int frame = 0; frame < 1000; ++frame) {
    for (int attempt = 0; attempt < 900; ++attempt, now += 1ms) {
      ASSERT_FALSE(patience.on_refusal(now)) << frame;
    }
    patience.on_sent(now);
  }
}

TEST(RefusalPatience, LearnsHowLongAQueueIsFullBesideARule) {
  RefusalPatience patience(1s);
  Instant now = kStart;
  for (int frame = 0; frame < 100; ++frame) {
    now = give_up(patience, now);
    patience.on_sent(now);
  }
  // The queue is full for 20 ms at a time: frames are lost until one has left after it was refused.
  int lost = 0;
  for (int frame = 0; frame < 100; ++frame) {
    patience.on_look(20, true);
    for (const Instant end = now + 20ms; now < end; now += 500us) {
      lost += patience.on_refusal(now) ? 1 : 0;
    }
    patience.on_sent(now);
  }
  EXPECT_LE(lost, 20);
}

TEST(RefusalPatience, LooksPastAFrameNowAndThen) {
  RefusalPatience patience(1s);
  int looks = 0;
  patience.on_look(1, true);
  for (Instant now = kStart; !patience.on_refusal(now); now += 1ms) {
    looks += patience.looks_past(now) ? 1 : 0;
  }
  EXPECT_EQ(looks, 1s / RefusalPatience::kLooksPastEvery - 1);
}

TEST(RefusalPatience, TakesASecondAgainAfterAPause) {
  RefusalPatience patience(1s);
  Instant now = give_up(patience, kStart);
  EXPECT_FALSE(patience.on_refusal(now));
  patience.on_look(1, true);
  patience.on_sent(now + 100ms);  // since the first refusal 1.1 s
  EXPECT_FALSE(patience.is_blocked());
  EXPECT_EQ(give_up(patience, now), now + 1s);
}

}  // namespace
}  // namespace masscan::nic
