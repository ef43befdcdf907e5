#include "scan/found_before.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace masscan::scan {
namespace {

record::Record make_record(std::uint32_t number, std::uint8_t ttl = 0) {
  return {.time = WallTime(std::chrono::seconds(1764083000 + number / 100)),
          .address = net::Ipv4Address(0x0a000000 + number),
          .port = {net::Transport::kTcp, 80},
          .state = record::PortState::kOpen,
          .ttl = ttl};
}

std::vector<std::uint32_t> numbers_of(const std::vector<record::Record>& records) {
  std::vector<std::uint32_t> numbers;
  for (const record::Record& record : records) {
    numbers.push_back(record.address.v4().number() - 0x0a000000);
  }
  return numbers;
}

using Numbers = std::vector<std::uint32_t>;

// Returns what each of these outputs lacks.
std::vector<Numbers> lacking(const std::vector<Numbers>& outputs) {
  FoundBefore found(outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (const std::uint32_t number : outputs[i]) found.add(i, make_record(number));
  }
  if (found.differs()) {
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      for (const std::uint32_t number : outputs[i]) found.compare(i, make_record(number));
    }
  }
  std::vector<Numbers> lacking;
  for (std::size_t i = 0; i < outputs.size(); ++i) lacking.push_back(numbers_of(found.lacking(i)));
  return lacking;
}

TEST(FoundBefore, IsAllThereWhereOutputsAreAlike) {
  EXPECT_EQ(lacking({{1, 2, 3}, {3, 1, 2}}), (std::vector<Numbers>{{}, {}}));
  EXPECT_EQ(lacking({{1, 2}}), std::vector<Numbers>{{}});
  EXPECT_TRUE(lacking({}).empty());
}

TEST(FoundBefore, LacksWhatAnyOtherOutputHolds) {
  EXPECT_EQ(lacking({{1, 2, 3}, {1, 2}, {}}), (std::vector<Numbers>{{}, {3}, {1, 2, 3}}));
  EXPECT_EQ(lacking({{1, 300}, {200, 1}}), (std::vector<Numbers>{{200}, {300}}));
}

TEST(FoundBefore, IsNotLackedByWhatHoldsItTwice) {
  EXPECT_EQ(lacking({{1, 1, 2}, {1, 2}}), (std::vector<Numbers>{{}, {}}));
}

TEST(FoundBefore, TellsStatesAndPortsApart) {
  FoundBefore found(2);
  record::Record closed = make_record(1);
  closed.state = record::PortState::kClosed;
  record::Record other = make_record(1);
  other.port.number = 81;
  for (const record::Record& record : {make_record(1), closed}) found.add(0, record);
  for (const record::Record& record : {make_record(1), other}) found.add(1, record);
  ASSERT_TRUE(found.differs());
  for (const record::Record& record : {make_record(1), closed}) found.compare(0, record);
  for (const record::Record& record : {make_record(1), other}) found.compare(1, record);
  ASSERT_EQ(found.lacking(0).size(), 1u);
  EXPECT_EQ(found.lacking(0)[0].port.number, 81);
  ASSERT_EQ(found.lacking(1).size(), 1u);
  EXPECT_EQ(found.lacking(1)[0].state, record::PortState::kClosed);
}

TEST(FoundBefore, KeepsWhatAnyOutputKnowsOfARecord) {
  FoundBefore found(3);
  found.add(0, make_record(1));
  found.add(1, make_record(1, 64));
  ASSERT_TRUE(found.differs());
  found.compare(0, make_record(1));
  found.compare(1, make_record(1, 64));
  ASSERT_EQ(found.lacking(2).size(), 1u);
  EXPECT_EQ(found.lacking(2)[0].ttl, 64);
}

TEST(FoundBefore, OfManyRecordsOnlyDifferencesAreLacked) {
  Random random(7);
  Numbers all(50'000);
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  Numbers some;
  Numbers rest;
  for (const std::uint32_t number : all) (random.chance(0.001) ? rest : some).push_back(number);
  ASSERT_FALSE(rest.empty());
  EXPECT_EQ(lacking({all, some}), (std::vector<Numbers>{{}, rest}));
}

}  // namespace
}  // namespace masscan::scan
