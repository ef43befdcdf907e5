#include "engine/late_excludes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace masscan::engine {
namespace {

// Contains `number` twice, so that reading a set during a write or after its end is detected.
targets::AddressSet make_set(std::uint32_t number) {
  targets::AddressSet set;
  for (const std::uint32_t base : {0x0a000000u, 0x0b000000u}) {
    const net::IpAddress address = net::Ipv4Address(base + number);
    set.add({address, address});
  }
  return set;
}

std::uint32_t number_of(const targets::AddressSet& set) {
  const auto ranges = set.v4.ranges();
  EXPECT_EQ(ranges.size(), 2u);
  EXPECT_EQ(ranges[0].first.number() - 0x0a000000, ranges[1].first.number() - 0x0b000000);
  return ranges[0].first.number() - 0x0a000000;
}

TEST(LateExcludes, AreNoneUntilTheyCome) {
  LateExcludes excludes;
  LateExcludes::Reader reader(excludes);
  EXPECT_EQ(reader.latest(), nullptr);
  EXPECT_EQ(reader.generation(), 0u);
  excludes.replace(make_set(1));
  ASSERT_NE(reader.latest(), nullptr);
  EXPECT_EQ(number_of(*reader.latest()), 1u);
  EXPECT_EQ(reader.generation(), 1u);
}

TEST(LateExcludes, StayWhileSomebodyLooksAtThem) {
  LateExcludes excludes;
  excludes.replace(make_set(1));
  LateExcludes::Reader slow(excludes);
  const targets::AddressSet* old = slow.latest();
  for (std::uint32_t number = 2; number < 100; ++number) excludes.replace(make_set(number));
  EXPECT_EQ(number_of(*old), 1u);
  EXPECT_EQ(excludes.versions(), 2u);
  EXPECT_EQ(number_of(*slow.latest()), 99u);
}

TEST(LateExcludes, TakeNoMoreMemoryHoweverOftenTheyCome) {
  LateExcludes excludes;
  LateExcludes::Reader first(excludes);
  LateExcludes::Reader second(excludes);
  for (std::uint32_t number = 0; number < 1000; ++number) {
    excludes.replace(make_set(number));
    first.latest();
    if (number % 7 == 0) second.latest();
    EXPECT_LE(excludes.versions(), 3u);
  }
  { const LateExcludes::Reader gone(excludes); }
  excludes.replace(make_set(0));
  first.latest();
  second.latest();
  excludes.replace(make_set(0));
  excludes.replace(make_set(0));
  EXPECT_EQ(excludes.versions(), 2u) << "what both look at, and the latest";
}

TEST(LateExcludes, AreReadByManyWhileTheyAreReplaced) {
  constexpr std::uint32_t kLast = 2000;
  LateExcludes excludes;
  excludes.replace(make_set(0));
  std::vector<std::jthread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&excludes] {
      LateExcludes::Reader reader(excludes);
      std::uint32_t last = 0;
      while (last < kLast) {
        const std::uint32_t number = number_of(*reader.latest());
        EXPECT_GE(number, last);
        last = number;
      }
    });
  }
  for (std::uint32_t number = 1; number <= kLast; ++number) excludes.replace(make_set(number));
  readers.clear();
  excludes.replace(make_set(0));
  EXPECT_EQ(excludes.versions(), 1u);
}

}  // namespace
}  // namespace masscan::engine
