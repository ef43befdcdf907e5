#include "scan/patience.h"

#include <gtest/gtest.h>

namespace masscan::scan {
namespace {

const Instant kSent{1000s};

Patience after_sending(Duration longest) {
  Patience patience(longest);
  patience.on_send(kSent);
  return patience;
}

TEST(Patience, WaitsAsLongAsAllowedForTheFirstAnswer) {
  EXPECT_EQ(after_sending(10s).deadline(), kSent + 10s);
}

TEST(Patience, EndsAfterASilenceOfSeveralRoundTrips) {
  Patience patience = after_sending(10s);
  patience.on_answer(kSent + 20ms, 20ms);
  EXPECT_EQ(patience.deadline(), kSent + 20ms + Patience::kShortestSilence);
  patience.on_answer(kSent + 500ms, 500ms);
  EXPECT_EQ(patience.deadline(), kSent + 500ms + Patience::kSlownessFactor * 500ms);
  patience.on_answer(kSent + 9s, 2s);
  EXPECT_EQ(patience.deadline(), kSent + 10s) << "as long as allowed";
}

TEST(Patience, AwaitsOneRoundTripWhateverIsAllowed) {
  for (const Duration longest : {0ms, 10ms, 100ms}) {
    Patience patience = after_sending(longest);
    EXPECT_EQ(patience.deadline(), kSent + Patience::kRoundTrip) << "silence";
    patience.on_answer(kSent + 1ms, 1ms);
    EXPECT_EQ(patience.deadline(), kSent + 1ms + Patience::kRoundTripSilence)
        << "others are silent";
    patience.on_answer(kSent + 30ms, 30ms);
    EXPECT_EQ(patience.deadline(), kSent + 30ms + Patience::kSlownessFactor * 30ms);
    patience.on_answer(kSent + 400ms, 400ms);
    EXPECT_EQ(patience.deadline(), kSent + Patience::kRoundTrip) << "less than a second in all";
  }
  static_assert(Patience::kRoundTrip < 1s);
}

TEST(Patience, NeverEndsEarlierForWhoAllowsMore) {
  for (const Duration round_trip : {1ms, 50ms, 400ms}) {
    Instant previous = kSent;
    for (Duration longest{0}; longest < 3s; longest += 10ms) {
      Patience patience = after_sending(longest);
      patience.on_answer(kSent + round_trip, round_trip);
      EXPECT_GE(patience.deadline(), previous) << longest / 1ms;
      previous = patience.deadline();
    }
  }
}

TEST(Patience, WaitsForNobodyWhereNobodyCanAnswer) {
  Patience patience = Patience::none();
  patience.on_send(kSent);
  EXPECT_EQ(patience.deadline(), kSent);
}

}  // namespace
}  // namespace masscan::scan
