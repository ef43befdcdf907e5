#include "targets/range_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <compare>
#include <cstdint>
#include <set>
#include <vector>

#include "base/random.h"
#include "net/ip_address.h"
#include "targets/range_index.h"

namespace masscan::targets {
namespace {

// Addresses of one byte, so that whole sets can be compared and both ends occur often.
class Octet {
 public:
  using Number = std::uint8_t;

  constexpr Octet() = default;
  constexpr explicit Octet(Number number) : number_(number) {}
  constexpr Number number() const { return number_; }
  constexpr auto operator<=>(const Octet&) const = default;

 private:
  Number number_ = 0;
};

using Octets = RangeSet<Octet>;
using Oracle = std::set<int>;

Range<Octet> any_range() {
  const auto ends = *rc::gen::pair(rc::gen::inRange(0, 256), rc::gen::inRange(0, 256));
  // Mostly short ranges, as otherwise no gaps would remain.
  const int last = *rc::gen::element(ends.first, ends.first, std::max(ends.first, ends.second));
  return {Octet(static_cast<std::uint8_t>(ends.first)), Octet(static_cast<std::uint8_t>(last))};
}

std::vector<Range<Octet>> any_ranges() {
  std::vector<Range<Octet>> ranges(*rc::gen::inRange<std::size_t>(0, 40));
  for (Range<Octet>& range : ranges) range = any_range();
  return ranges;
}

Oracle members_of(const std::vector<Range<Octet>>& ranges) {
  Oracle members;
  for (const Range<Octet>& range : ranges) {
    for (int i = range.first.number(); i <= range.last.number(); ++i) members.insert(i);
  }
  return members;
}

Octets set_of(std::vector<Range<Octet>> ranges) {
  Octets set;
  set.add(std::move(ranges));
  return set;
}

// Compares the members with the oracle; ranges must be in order with gaps between them.
void expect_same(const Octets& set, const Oracle& oracle) {
  for (int i = 0; i < 256; ++i) {
    RC_ASSERT(set.contains(Octet(static_cast<std::uint8_t>(i))) == oracle.contains(i));
  }
  RC_ASSERT(set.count() == oracle.size());
  RC_ASSERT(set.empty() == oracle.empty());
  for (std::size_t i = 1; i < set.ranges().size(); ++i) {
    RC_ASSERT(set.ranges()[i].first.number() > set.ranges()[i - 1].last.number() + 1);
  }
}

RC_GTEST_PROP(RangeSet, HoldsWhatWasAddedInOneGo, ()) {
  const auto ranges = any_ranges();
  expect_same(set_of(ranges), members_of(ranges));
}

RC_GTEST_PROP(RangeSet, AddingOneByOneGivesTheSameSet, ()) {
  const auto ranges = any_ranges();
  Octets set;
  for (const Range<Octet>& range : ranges) set.add(range.first, range.last);
  RC_ASSERT(set == set_of(ranges));
}

RC_GTEST_PROP(RangeSet, AddsToWhatIsThere, ()) {
  const auto some = any_ranges();
  const auto more = any_ranges();
  Octets set = set_of(some);
  set.add(more);
  Oracle oracle = members_of(some);
  oracle.merge(members_of(more));
  expect_same(set, oracle);
}

RC_GTEST_PROP(RangeSet, SubtractsExactlyTheOther, ()) {
  const auto ranges = any_ranges();
  const auto cuts = any_ranges();
  Octets set = set_of(ranges);
  set.subtract(set_of(cuts));
  Oracle oracle = members_of(ranges);
  for (const int member : members_of(cuts)) oracle.erase(member);
  expect_same(set, oracle);
}

TEST(RangeSet, IsEmptyWithoutItself) {
  Octets set = set_of({{Octet(3), Octet(9)}, {Octet(20), Octet(255)}});
  set.subtract(set);
  EXPECT_TRUE(set.empty());
}

TEST(RangeSet, CountsAllOfIpv6AsTheLargestNumber) {
  RangeSet<net::Ipv6Address> set;
  set.add(net::Ipv6Address(0), net::Ipv6Address(~Uint128{0}));
  EXPECT_EQ(set.count(), ~Uint128{0});
  EXPECT_FALSE(set.empty());
}

TEST(RangeSet, TakesEightBytesAnIpv4Range) { EXPECT_EQ(sizeof(Range<net::Ipv4Address>), 8u); }

RC_GTEST_PROP(RangeIndex, NumbersMembersInAscendingOrder, ()) {
  const auto ranges = any_ranges();
  const Octets set = set_of(ranges);
  const RangeIndex<Octet> index(set.ranges());
  std::uint64_t position = 0;
  for (const int member : members_of(ranges)) {
    const Octet octet(static_cast<std::uint8_t>(member));
    RC_ASSERT(index.at(set.ranges(), position) == octet);
    RC_ASSERT(index.position_of(set.ranges(), octet) == position);
    ++position;
  }
  RC_ASSERT(index.size() == position);
}

// Directory entries of large sets cover several ranges; lengths vary strongly.
TEST(RangeIndex, NumbersLargeSetsWithRangesOfAllSizes) {
  Random random(1);
  std::vector<Range<net::Ipv6Address>> ranges;
  Uint128 next = 0;
  for (int i = 0; i < 20'000; ++i) {
    next += 2 + random.below(1000);
    const Uint128 first = next;
    next += random.next() >> (16 + random.below(48));
    ranges.push_back({net::Ipv6Address(first), net::Ipv6Address(next)});
  }
  RangeSet<net::Ipv6Address> set;
  set.add(ranges);
  ASSERT_EQ(set.ranges().size(), ranges.size());

  const RangeIndex<net::Ipv6Address> index(set.ranges());
  std::uint64_t below = 0;
  for (const auto& range : ranges) {
    const std::uint64_t last = below + low64(range.count()) - 1;
    EXPECT_EQ(index.at(set.ranges(), below), range.first);
    EXPECT_EQ(index.at(set.ranges(), last), range.last);
    EXPECT_EQ(index.position_of(set.ranges(), range.first), below);
    EXPECT_EQ(index.position_of(set.ranges(), range.last), last);
    EXPECT_EQ(index.position_of(set.ranges(), net::Ipv6Address(range.last.number() + 1)),
              std::nullopt);
    below = last + 1;
  }
  EXPECT_EQ(index.size(), below);
}

}  // namespace
}  // namespace masscan::targets
