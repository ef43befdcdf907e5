// A set of numbers (addresses, ports) as sorted, disjoint, merged closed ranges: two numbers per
// range, 8 bytes for IPv4.
//
// `A` has `using Number` (unsigned), `number()` and an explicit constructor from Number. Large
// input is collected in a vector and added in one call.
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

// Both ends are included.
template <typename A>
struct Range {
  A first;
  A last;

  // Wraps to 0 only for the range of all 2^128 IPv6 addresses.
  constexpr Uint128 count() const { return Uint128{last.number()} - first.number() + 1; }
  constexpr bool contains(A member) const { return first <= member && member <= last; }
  constexpr auto operator<=>(const Range&) const = default;
};

template <typename A>
class RangeSet {
 public:
  // Linear in the number of ranges after `first`. Use the other `add` for many unsorted ranges.
  void add(A first, A last);
  // Adds ranges in any order, overlapping or not: O(n log n), in place. Takes over the vector's
  // memory if the set is empty.
  void add(std::vector<Range<A>> ranges);
  // Merges both in place, in linear time.
  void subtract(const RangeSet& other);

  bool contains(A member) const;
  bool empty() const { return ranges_.empty(); }
  // Returns the number of members, at most 2^128-1.
  Uint128 count() const;
  // Returns the ranges, ascending and not adjacent. Valid until: the set changes.
  std::span<const Range<A>> ranges() const { return ranges_; }

  bool operator==(const RangeSet&) const = default;

 private:
  using Number = typename A::Number;

  void merge();

  std::vector<Range<A>> ranges_;
};

// Returns the index in `ranges` (sorted, disjoint) of the range that holds `member`, or their count
// if there is none.
template <typename A>
std::size_t find_range(std::span<const Range<A>> ranges, A member) {
  const auto next = std::upper_bound(ranges.begin(), ranges.end(), member,
                                     [](A m, const Range<A>& range) { return m < range.first; });
  if (next == ranges.begin() || std::prev(next)->last < member) return ranges.size();
  return static_cast<std::size_t>(std::prev(next) - ranges.begin());
}

// Merges `range` into `into` if they overlap or touch. REQUIRES: `into` does not begin after
// `range`.
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

// Each range of `other` splits at most one of ours and so adds at most one range. With a gap of
// that size in front, the write position never overtakes the read position.
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
      if (is_gone) break;  // keep the cut: it may extend into our next range
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
