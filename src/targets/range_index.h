// Numbers the members of a RangeSet in ascending order from 0, and back, in little memory: the
// number of the last member of each range, and a directory indexed by the high bits of a number.
//
// Within a range a member is its number plus a constant. A directory entry holds the constants of
// the first two ranges of its numbers, and the end of the first. Most lookups need nothing else,
// and no unpredictable branch. If an entry covers more ranges (dense single addresses, or more
// ranges than directory entries), a binary search between it and the next entry finds the range.
//
// The index does not store the ranges. REQUIRES: every call gets the same ones.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include "base/check.h"
#include "targets/range_set.h"

namespace masscan::targets {

template <typename A>
class RangeIndex {
 public:
  RangeIndex() = default;
  // REQUIRES: fewer than 2^63 members in total, fewer than 2^32 ranges.
  explicit RangeIndex(std::span<const Range<A>> ranges);

  std::uint64_t size() const { return size_; }

  // Returns the member with number `position`. REQUIRES: position < size().
  A at(std::span<const Range<A>> ranges, std::uint64_t position) const {
    DCHECK(position < size_);
    const Entry& entry = directory_[position >> entry_bits_];
    const Number offset = position <= entry.end ? entry.offset : entry.next_offset;
    if (offset == kCrowded) [[unlikely]]
      return search(ranges, position);
    return A(static_cast<Number>(position + offset));
  }

  // Prefetches what `at` will read.
  void prefetch(std::uint64_t position) const {
    __builtin_prefetch(&directory_[position >> entry_bits_]);
  }

  // Returns the number of `member`, or nullopt if it is in none of the ranges.
  std::optional<std::uint64_t> position_of(std::span<const Range<A>> ranges, A member) const {
    const std::size_t found = find_range(ranges, member);
    if (found == ranges.size()) return std::nullopt;
    const auto before = static_cast<Number>(ranges[found].last.number() - member.number());
    return static_cast<std::uint64_t>(ends_[found] - before);
  }

 private:
  using Number = typename A::Number;
  using Position =
      std::conditional_t<sizeof(Number) <= sizeof(std::uint32_t), std::uint32_t, std::uint64_t>;
  // Marks an entry that needs a search. A real offset of this value belongs only to the very last
  // address, which the search finds too.
  static constexpr Number kCrowded = std::numeric_limits<Number>::max();
  static constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 18;

  struct Entry {
    Position end;         // number of the last member of the first range
    std::uint32_t range;  // number of the first range
    Number offset;        // from a number in the first range to its member
    Number next_offset;   // the same for the second range, or kCrowded
  };

  A search(std::span<const Range<A>> ranges, std::uint64_t position) const {
    const Entry* entry = &directory_[position >> entry_bits_];
    const auto first = ends_.begin() + entry->range;
    const auto last = ends_.begin() + (entry + 1)->range;
    const auto found = std::lower_bound(first, last, static_cast<Position>(position));
    const Range<A>& range = ranges[static_cast<std::size_t>(found - ends_.begin())];
    return A(static_cast<Number>(range.last.number() - (*found - position)));
  }
  void build_directory(std::span<const Range<A>> ranges);
  Number offset(std::span<const Range<A>> ranges, std::size_t i) const {
    return static_cast<Number>(ranges[i].last.number() - ends_[i]);
  }

  std::uint64_t size_ = 0;
  int entry_bits_ = 0;
  std::vector<Position> ends_;    // indexed by range: number of its last member
  std::vector<Entry> directory_;  // indexed by the high bits of a number; one more at the end
};

template <typename A>
RangeIndex<A>::RangeIndex(std::span<const Range<A>> ranges) {
  ends_.reserve(ranges.size());
  for (const Range<A>& range : ranges) {
    size_ += static_cast<std::uint64_t>(range.last.number() - range.first.number()) + 1;
    ends_.push_back(static_cast<Position>(size_ - 1));
  }
  if (size_ > 0) build_directory(ranges);
}

// Uses four to eight entries per range, within limits.
template <typename A>
void RangeIndex<A>::build_directory(std::span<const Range<A>> ranges) {
  const std::uint64_t wanted = std::min(std::bit_ceil(ranges.size()) * 4, kMostEntries);
  const int size_bits = static_cast<int>(std::bit_width(size_ - 1));
  entry_bits_ = std::max(0, size_bits - static_cast<int>(std::bit_width(wanted - 1)));
  const std::uint64_t count = ((size_ - 1) >> entry_bits_) + 1;
  directory_.reserve(count + 1);
  std::uint32_t range = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = i << entry_bits_;
    const std::uint64_t last = std::min(first + (std::uint64_t{1} << entry_bits_), size_) - 1;
    while (ends_[range] < first) ++range;
    const std::uint32_t next = range + 1;
    const bool has_two = next < ranges.size() && ends_[next] >= last;
    directory_.push_back({.end = ends_[range],
                          .range = range,
                          .offset = offset(ranges, range),
                          .next_offset = has_two ? offset(ranges, next) : kCrowded});
  }
  directory_.push_back({.range = static_cast<std::uint32_t>(ranges.size() - 1)});
}

}  // namespace masscan::targets
