// A set of numbered things (addresses, ports) as sorted, disjoint, merged closed ranges: two
// numbers a range, so 8 bytes per IPv4 range, however large it is.
//
// `A` has `using Number` (unsigned), `number()` and an explicit constructor from Number. A set is
// always in order: what is bulky is collected in a vector first and added in one go.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/uint128.h"

namespace masscan::targets {

// Both ends belong to it.
template <typename A>
struct Range {
  A first;
  A last;

  // 0, by wrap-around, only for the range of all 2^128 IPv6 addresses.
  constexpr Uint128 count() const { return Uint128{last.number()} - first.number() + 1; }
  constexpr bool contains(A member) const { return first <= member && member <= last; }
  constexpr auto operator<=>(const Range&) const = default;
};

template <typename A>
class RangeSet {
 public:
  // Linear in the ranges behind `first`; for many ranges in no order use the other one.
  void add(A first, A last);
  // In any order, overlapping or not: O(n log n), in place. The vector's memory becomes the set's
  // where the set was empty.
  void add(std::vector<Range<A>> ranges);
  // One merge of both, in place: linear.
  void subtract(const RangeSet& other);

  bool contains(A member) const;
  bool empty() const { return ranges_.empty(); }
  // How many members; 2^128-1 stands for 2^128 too.
  Uint128 count() const;
  // Ascending, with a gap between neighbours. Valid until the set changes.
  std::span<const Range<A>> ranges() const { return ranges_; }

  bool operator==(const RangeSet&) const = default;

 private:
  using Number = typename A::Number;

  void merge();

  std::vector<Range<A>> ranges_;
};

// Number of the range of `ranges` (sorted, disjoint) that holds `member`, or their count if none.
template <typename A>
std::size_t find_range(std::span<const Range<A>> ranges, A member) {
  const auto next = std::upper_bound(ranges.begin(), ranges.end(), member,
                                     [](A m, const Range<A>& range) { return m < range.first; });
  if (next == ranges.begin() || std::prev(next)->last < member) return ranges.size();
  return static_cast<std::size_t>(std::prev(next) - ranges.begin());
}

// Makes `range` part of `into` if they overlap or touch; `into` must not begin after `range`.
template <typename A>
bool absorb(Range<A>& into, const Range<A>& range) {
  DCHECK(into.first <= range.first);
  const bool overlaps = range.first <= into.last;
  if (!overlaps && range.first.number() - 1 != into.last.number()) return false;
  into.last = std::max(into.last, range.last);
  return true;
}

template <typename A>
void RangeSet<A>::add(A first, A last) {
  CHECK(first <= last);
  Range<A> added{first, last};
  auto begin = std::lower_bound(ranges_.begin(), ranges_.end(), added);
  if (begin != ranges_.begin() && absorb(*std::prev(begin), added)) added = *--begin;
  auto end = begin;
  while (end != ranges_.end() && absorb(added, *end)) ++end;
  if (begin == end) {
    ranges_.insert(begin, added);
  } else {
    *begin = added;
    ranges_.erase(std::next(begin), end);
  }
}

template <typename A>
void RangeSet<A>::add(std::vector<Range<A>> ranges) {
  if (ranges_.empty()) {
    ranges_ = std::move(ranges);
  } else {
    ranges_.insert(ranges_.end(), ranges.begin(), ranges.end());
  }
  merge();
}

template <typename A>
void RangeSet<A>::merge() {
  const auto starts_first = [](const Range<A>& a, const Range<A>& b) { return a.first < b.first; };
  if (!std::is_sorted(ranges_.begin(), ranges_.end(), starts_first)) {
    std::sort(ranges_.begin(), ranges_.end(), starts_first);
  }
  std::size_t kept = 0;
  for (const Range<A>& range : ranges_) {
    CHECK(range.first <= range.last);
    if (kept == 0 || !absorb(ranges_[kept - 1], range)) ranges_[kept++] = range;
  }
  ranges_.resize(kept);
}

// Every range of `other` splits at most one of ours, so at most that many ranges are added. With
// a gap of that size in front, what is written never catches up with what is still to be read.
template <typename A>
void RangeSet<A>::subtract(const RangeSet& other) {
  if (this == &other) return ranges_.clear();
  const std::size_t gap = other.ranges_.size();
  ranges_.insert(ranges_.begin(), gap, Range<A>{});
  std::size_t written = 0;
  auto cut = other.ranges_.begin();
  for (std::size_t read = gap; read < ranges_.size(); ++read) {
    Range<A> rest = ranges_[read];
    while (cut != other.ranges_.end() && cut->last < rest.first) ++cut;
    bool is_gone = false;
    while (cut != other.ranges_.end() && cut->first <= rest.last) {
      if (rest.first < cut->first) {
        ranges_[written++] = {rest.first, A(static_cast<Number>(cut->first.number() - 1))};
      }
      is_gone = rest.last <= cut->last;
      if (is_gone) break;  // and keep the cut: it may reach into our next range
      rest.first = A(static_cast<Number>(cut->last.number() + 1));
      ++cut;
    }
    if (!is_gone) ranges_[written++] = rest;
  }
  ranges_.resize(written);
}

template <typename A>
bool RangeSet<A>::contains(A member) const {
  return find_range(ranges(), member) != ranges_.size();
}

template <typename A>
Uint128 RangeSet<A>::count() const {
  Uint128 sum = 0;
  for (const Range<A>& range : ranges_) sum += range.count();
  return sum == 0 && !empty() ? std::numeric_limits<Uint128>::max() : sum;
}

}  // namespace masscan::targets
