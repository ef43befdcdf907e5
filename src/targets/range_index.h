// Numbers the members of a RangeSet from 0 in ascending order, both ways, without much memory: the
// number of the last member of every range, and a directory of the numbers' high bits.
//
// Within a range a member is its number plus a constant. The directory's entry has the constants of
// the first two ranges of its numbers, and where one ends: all that most look-ups read, and no
// branch that cannot be foreseen. Where more ranges crowd into an entry (single addresses in a
// corner of the Internet, more ranges than the directory may have entries) a binary search between
// it and the next one finds the range.
//
// The index holds no reference to the ranges: give the same ones to every call.
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
  // The ranges must hold fewer than 2^63 members together, and be fewer than 2^32.
  explicit RangeIndex(std::span<const Range<A>> ranges);

  std::uint64_t size() const { return size_; }

  // The member with number `position`, which must be below size().
  A at(std::span<const Range<A>> ranges, std::uint64_t position) const {
    DCHECK(position < size_);
    const Entry& entry = directory_[position >> entry_bits_];
    const Number offset = position <= entry.end ? entry.offset : entry.next_offset;
    if (offset == kCrowded) [[unlikely]]
      return search(ranges, position);
    return A(static_cast<Number>(position + offset));
  }

  // Fetches what `at` will read; for the packet path, where many look-ups follow each other.
  void prefetch(std::uint64_t position) const {
    __builtin_prefetch(&directory_[position >> entry_bits_]);
  }

  // The number of `member`, or nothing if it is in none of the ranges.
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
  // An offset that leads to a search. A true one of this value belongs to the very last address
  // alone, which is found so too.
  static constexpr Number kCrowded = std::numeric_limits<Number>::max();
  static constexpr std::uint64_t kMostEntries = std::uint64_t{1} << 18;

  struct Entry {
    Position end;         // of the first range: the number of its last member
    std::uint32_t range;  // its own number
    Number offset;        // from a number of the first range to the member
    Number next_offset;   // the same of the second one, or kCrowded
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
  std::vector<Position> ends_;    // by range: the number of its last member
  std::vector<Entry> directory_;  // by the high bits of a number; one more at the end
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

// Four to eight entries a range, within bounds.
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
