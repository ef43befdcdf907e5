#include "engine/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace masscan::engine {
namespace {

TEST(Summary, IsTwoLinesWhereNothingWasLost) {
  const Tally tally{.probes_sent = 128, .received = 130, .answers = 128, .open = 100, .closed = 28};
  EXPECT_EQ(summary(tally, 1500ms),
            "Sent 128 probes in 1.50 s; 128 answers in 130 frames received.\n"
            "Found 100 open, 28 closed, 0 filtered.\n");
}

TEST(Summary, NamesEveryCounterThatIsNotZero) {
  const Tally tally{.probes_sent = 1,
                    .retries_sent = 1001,
                    .canaries_sent = 1022,
                    .neighbor_requests = 1002,
                    .refused = 1003,
                    .buffer_full = 1016,
                    .unanswered = 1018,
                    .behind = 1017,
                    .discarded = 1004,
                    .unroutable = 1019,
                    .unresolved = 1005,
                    .excluded = 1015,
                    .received = 1006,
                    .answers = 1007,
                    .duplicate = 1008,
                    .canary_answers = 1023,
                    .foreign = 1009,
                    .bad = 1010,
                    .kernel_drops = 1011,
                    .open = 1012,
                    .closed = 1013,
                    .filtered = 1014,
                    .unfiltered = 1020,
                    .open_filtered = 1021,
                    .unchecked = 1024};
  const std::string text = summary(tally, 1s);
  for (int number = 1001; number <= 1024; ++number) {
    EXPECT_THAT(text, testing::ContainsRegex("[^0-9]" + std::to_string(number) + " "));
  }
}

TEST(Tally, IsAJsonObjectOfAllItsCounters) {
  EXPECT_EQ(to_json({.probes_sent = 7, .excluded = 3, .filtered = 5}),
            R"({"probes_sent":7,"retries_sent":0,"canaries_sent":0,"neighbor_requests":0,)"
            R"("refused":0,"buffer_full":0,"unanswered":0,"behind":0,)"
            R"("discarded":0,"unroutable":0,"unresolved":0,"excluded":3,"received":0,)"
            R"("answers":0,"duplicate":0,"canary_answers":0,"foreign":0,"bad":0,"kernel_drops":0,)"
            R"("open":0,"closed":0,"filtered":5,"unfiltered":0,"open_filtered":0,"suspect":0,)"
            R"("unjudged":0,"unchecked":0,"heard":0,"silent":0,"ended":0,"untaken":0})");
}

TEST(Tally, AddsEveryCounter) {
  Tally sum;
  Tally part;
  std::uint64_t number = 0;
  for (const Counter& counter : counters()) {
    sum.*counter.member = 1000;
    part.*counter.member = ++number;
  }
  sum += part;
  for (const Counter& counter : counters()) {
    EXPECT_EQ(sum.*counter.member, 1000 + part.*counter.member) << counter.name;
  }
}

TEST(Summary, SeparatesLossesFromNotes) {
  const std::string text = summary({.duplicate = 5, .kernel_drops = 3}, 1s);
  EXPECT_THAT(text, testing::ContainsRegex("Lost:\n +3 frames dropped on arrival"));
  EXPECT_THAT(text, testing::ContainsRegex("Noted:\n +5 answers ignored: repeated"));
}

}  // namespace
}  // namespace masscan::engine
