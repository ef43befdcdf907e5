// The judgement itself is compared with the truth in tests/simulation/fakes_test.cc.
#include "scan/fake_finder.h"

#include <gtest/gtest.h>

#include "setup/make_plan.h"

namespace masscan::scan {
namespace {

record::Record open_port(net::IpAddress address, std::uint16_t port, std::uint8_t isn_hash) {
  return {.address = address,
          .port = {net::Transport::kTcp, port},
          .state = record::PortState::kOpen,
          .isn_hash = isn_hash};
}

class FakeFinderTest : public testing::Test {
 protected:
  void open(std::uint32_t hosts, std::uint16_t ports) {
    config_.targets.add({net::Ipv4Address(kFirst), net::Ipv4Address(kFirst + hosts - 1)});
    config_.ports.add(net::Transport::kTcp, {1, ports});
    open();
  }
  void open() {
    config_.cookie_key = SipKey{1, 2};
    plan_ = setup::make_plan(config_).value();
    finder_ = FakeFinder::open(*plan_, counts_).value();
    finder_->update(0, now_);
  }

  static constexpr std::uint32_t kFirst = 0x0a000000;
  setup::Config config_;
  SuspectCounts counts_;
  std::optional<engine::Plan> plan_;
  std::optional<FakeFinder> finder_;
  Instant now_{1h};
};

TEST_F(FakeFinderTest, HoldsNothingWhereNothingCanBecomeDense) {
  open(20, 20);
  for (std::uint16_t port = 1; port <= 20; ++port) {
    EXPECT_TRUE(
        finder_->take(open_port(net::Ipv4Address(kFirst), port, static_cast<std::uint8_t>(port))));
  }
  EXPECT_EQ(counts_.suspect, 0u);
}

TEST_F(FakeFinderTest, HoldsARecordForATimeOrUntilTheEnd) {
  open(1, 100);
  EXPECT_FALSE(finder_->take(open_port(net::Ipv4Address(kFirst), 1, 1)));
  finder_->update(1, now_ + FakeFinder::kHold - 1ms);
  EXPECT_FALSE(finder_->release());
  finder_->update(1, now_ + FakeFinder::kHold);
  EXPECT_TRUE(finder_->release());
  EXPECT_FALSE(finder_->take(open_port(net::Ipv4Address(kFirst), 2, 2)));
  finder_->finish();
  EXPECT_TRUE(finder_->release());
  EXPECT_FALSE(finder_->release());
}

TEST_F(FakeFinderTest, SuspectsAHostWithOneSequenceNumber) {
  open(1, 10);
  std::size_t marked = 0;
  for (std::uint16_t port = 1; port <= 10; ++port) {
    const auto record = finder_->take(open_port(net::Ipv4Address(kFirst), port, 7));
    if (record) marked += record->suspect == record::Suspect::kSameIsn ? 1 : 0;
  }
  finder_->finish();
  while (const auto record = finder_->release()) {
    marked += record->suspect == record::Suspect::kSameIsn ? 1 : 0;
  }
  EXPECT_EQ(marked, 9u) << "all but the first";
}

TEST_F(FakeFinderTest, CountsNoPairsThatTheUserHasChosen) {
  targets::PairList pairs;
  for (std::uint16_t port = 1; port <= 200; ++port) {
    pairs.add({net::Ipv4Address(kFirst), {net::Transport::kTcp, port}});
  }
  config_.pairs.add(std::move(pairs));
  open();
  for (std::uint16_t port = 1; port <= 200; ++port) {
    const auto record = finder_->take(open_port(net::Ipv4Address(kFirst), port, 7));
    ASSERT_TRUE(record);
    EXPECT_EQ(record->suspect, record::Suspect::kNone);
  }
}

class FakeFinderCanaries : public FakeFinderTest {
 protected:
  FakeFinderCanaries() { config_.canaries = 2; }
  // A record of the host; `stack` tells its TCP stacks apart.
  static record::Record record(std::uint16_t port, record::Canary canary, std::uint16_t stack = 1) {
    record::Record record = open_port(net::Ipv4Address(kFirst), port, 7);
    record.canary = canary;
    record.stack_hash = stack;
    return record;
  }
  void answer(std::uint16_t port, std::uint16_t stack = 1) {
    EXPECT_FALSE(finder_->take(record(port, record::Canary::kAnswer, stack))) << "no result";
  }
  // Returns the suspicion of a record that is held until its time is over.
  record::Suspect held(record::Record record) {
    EXPECT_FALSE(finder_->take(record));
    EXPECT_FALSE(finder_->release());
    return suspect_after_hold();
  }
  record::Suspect suspect_after_hold() {
    finder_->update(1, now_ += FakeFinder::kHold);
    const auto released = finder_->release();
    EXPECT_TRUE(released);
    return released ? released->suspect : record::Suspect::kNone;
  }
};

TEST_F(FakeFinderCanaries, HoldTheirHostUntilTwoAreOpen) {
  open(1, 1);
  EXPECT_FALSE(finder_->take(record(1, record::Canary::kAsked)));
  answer(61001);
  answer(61002);
  EXPECT_EQ(suspect_after_hold(), record::Suspect::kAnyPort);
  const auto later = finder_->take(record(1, record::Canary::kNone));
  ASSERT_TRUE(later);
  EXPECT_EQ(later->suspect, record::Suspect::kAnyPort);
  EXPECT_EQ(counts_.suspect, 2u);
}

TEST_F(FakeFinderCanaries, MeanNothingIfOnlyOneIsOpen) {
  open(1, 1);
  for (int again = 0; again < 3; ++again) answer(61001);
  EXPECT_EQ(held(record(1, record::Canary::kAsked)), record::Suspect::kNone);
}

TEST_F(FakeFinderCanaries, MeanNothingForAnotherStackOfTheHost) {
  open(1, 1);
  answer(61001, 2);
  answer(61002, 2);
  EXPECT_EQ(held(record(1, record::Canary::kAsked)), record::Suspect::kNone);
  EXPECT_EQ(held(record(1, record::Canary::kAsked, 2)), record::Suspect::kAnyPort);
}

TEST_F(FakeFinderTest, ReleasesTheOldestRecordsWhenTooManyAreHeld) {
  open(256, 60'000);
  std::uint64_t released = 0;
  for (std::uint32_t number = 0; number < FakeFinder::kMostHeld + 100; ++number) {
    const net::IpAddress host = net::Ipv4Address(kFirst + number % 256);
    const auto port = static_cast<std::uint16_t>(1 + number / 256);
    EXPECT_FALSE(finder_->take(open_port(host, port, static_cast<std::uint8_t>(number * 7))));
    finder_->update(number, now_);
    while (finder_->release()) ++released;
  }
  EXPECT_EQ(released, 100u);
  EXPECT_EQ(counts_.suspect + counts_.unjudged, 100u);
}

}  // namespace
}  // namespace masscan::scan
