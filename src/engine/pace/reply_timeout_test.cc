#include "engine/pace/reply_timeout.h"

#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

const Instant kSent{1000s};

ReplyTimeout after_sending(Duration longest) {
  ReplyTimeout reply_timeout(longest);
  reply_timeout.on_send(kSent);
  return reply_timeout;
}

TEST(ReplyTimeout, WaitsAsLongAsAllowedForTheFirstAnswer) {
  EXPECT_EQ(after_sending(10s).deadline(), kSent + 10s);
}

TEST(ReplyTimeout, EndsAfterASilenceOfSeveralRoundTrips) {
  ReplyTimeout reply_timeout = after_sending(10s);
  reply_timeout.on_answer(kSent + 20ms, 20ms);
  EXPECT_EQ(reply_timeout.deadline(), kSent + 20ms + ReplyTimeout::kShortestSilence);
  reply_timeout.on_answer(kSent + 500ms, 500ms);
  EXPECT_EQ(reply_timeout.deadline(), kSent + 500ms + ReplyTimeout::kSlownessFactor * 500ms);
  reply_timeout.on_answer(kSent + 9s, 2s);
  EXPECT_EQ(reply_timeout.deadline(), kSent + 10s) << "as long as allowed";
}

TEST(ReplyTimeout, AwaitsOneRoundTripWhateverIsAllowed) {
  for (const Duration longest : {0ms, 10ms, 100ms}) {
    ReplyTimeout reply_timeout = after_sending(longest);
    EXPECT_EQ(reply_timeout.deadline(), kSent + ReplyTimeout::kRoundTrip) << "silence";
    reply_timeout.on_answer(kSent + 1ms, 1ms);
    EXPECT_EQ(reply_timeout.deadline(), kSent + 1ms + ReplyTimeout::kRoundTripSilence)
        << "others are silent";
    reply_timeout.on_answer(kSent + 30ms, 30ms);
    EXPECT_EQ(reply_timeout.deadline(), kSent + 30ms + ReplyTimeout::kSlownessFactor * 30ms);
    reply_timeout.on_answer(kSent + 400ms, 400ms);
    EXPECT_EQ(reply_timeout.deadline(), kSent + ReplyTimeout::kRoundTrip)
        << "less than a second in all";
  }
  static_assert(ReplyTimeout::kRoundTrip < 1s);
}

TEST(ReplyTimeout, NeverEndsEarlierForWhoAllowsMore) {
  for (const Duration round_trip : {1ms, 50ms, 400ms}) {
    Instant previous = kSent;
    for (Duration longest{0}; longest < 3s; longest += 10ms) {
      ReplyTimeout reply_timeout = after_sending(longest);
      reply_timeout.on_answer(kSent + round_trip, round_trip);
      EXPECT_GE(reply_timeout.deadline(), previous) << longest / 1ms;
      previous = reply_timeout.deadline();
    }
  }
}

TEST(ReplyTimeout, WaitsForNobodyWhereNobodyCanAnswer) {
  ReplyTimeout reply_timeout = ReplyTimeout::none();
  reply_timeout.on_send(kSent);
  EXPECT_EQ(reply_timeout.deadline(), kSent);
}

}  // namespace
}  // namespace masscan::engine
