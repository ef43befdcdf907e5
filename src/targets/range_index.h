// Numbers the members of a RangeSet from 0 in ascending order, both ways, without much memory: the
// counts below every 8th range only (every one in small sets), and a directory into those.
//
// A look-up by number takes the directory's entry for its high bits, which leaves at most a few
// sampled counts to walk over (a binary search where ranges crowd), and then walks at most 7
// ranges. Where ranges are alike in size (millions of single addresses, the Internet without ten
// thousand excludes) that is O(1), and mostly without a branch that cannot be foreseen; it is never
// worse than logarithmic.
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
    const std::size_t sample = sample_below(position);
    std::uint64_t left = position - samples_[sample];
    const Range<A>* range = &ranges[sample << stride_bits_];
    for (std::uint64_t count; left >= (count = length(*range)); ++range) left -= count;
    return A(static_cast<typename A::Number>(range->first.number() + left));
  }

  // The number of `member`, or nothing if it is in none of the ranges.
  std::optional<std::uint64_t> position_of(std::span<const Range<A>> ranges, A member) const {
    const std::size_t found = find_range(ranges, member);
    if (found == ranges.size()) return std::nullopt;
    const std::size_t sample = found >> stride_bits_;
    std::uint64_t position = samples_[sample];
    for (std::size_t i = sample << stride_bits_; i < found; ++i) position += length(ranges[i]);
    return position + static_cast<std::uint64_t>(member.number() - ranges[found].first.number());
  }

 private:
  static constexpr std::size_t kSmallSet = std::size_t{1} << 16;  // ranges, all of them sampled
  static constexpr std::size_t kLongestWalk = 8;                  // over samples
  static constexpr int kLargeStrideBits = 3;

  static std::uint64_t length(const Range<A>& range) {
    return static_cast<std::uint64_t>(range.last.number() - range.first.number()) + 1;
  }
  void build_directory();

  // The last sample that is not above `position`.
  std::size_t sample_below(std::uint64_t position) const {
    const std::uint64_t bucket = position >> bucket_bits_;
    std::size_t sample = directory_[bucket];
    const std::size_t last = directory_[bucket + 1];
    if (last - sample > kLongestWalk) [[unlikely]] {
      const auto begin = samples_.begin() + static_cast<std::ptrdiff_t>(sample);
      const auto end = samples_.begin() + static_cast<std::ptrdiff_t>(last) + 1;
      return static_cast<std::size_t>(std::upper_bound(begin + 1, end, position) -
                                      samples_.begin()) -
             1;
    }
    // The first step without a branch: whether it is taken, chance decides.
    sample += samples_[sample + 1] <= position ? 1 : 0;
    while (samples_[sample + 1] <= position) ++sample;
    return sample;
  }

  std::uint64_t size_ = 0;
  int stride_bits_ = 0;
  int bucket_bits_ = 0;
  // [i]: members below range number i << stride_bits_; one more that is above everything
  std::vector<std::uint64_t> samples_;
  std::vector<std::uint32_t>
      directory_;  // [i]: sample_below(i << bucket_bits_); one more at the end
};

template <typename A>
RangeIndex<A>::RangeIndex(std::span<const Range<A>> ranges)
    : stride_bits_(ranges.size() <= kSmallSet ? 0 : kLargeStrideBits) {
  const std::size_t mask = (std::size_t{1} << stride_bits_) - 1;
  samples_.reserve(((ranges.size() + mask) >> stride_bits_) + 1);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if ((i & mask) == 0) samples_.push_back(size_);
    size_ += length(ranges[i]);
  }
  if (size_ > 0) build_directory();
}

// Four to eight buckets a sample: two to four bytes a range in large sets.
template <typename A>
void RangeIndex<A>::build_directory() {
  const int size_bits = static_cast<int>(std::bit_width(size_ - 1));
  bucket_bits_ = std::max(0, size_bits - static_cast<int>(std::bit_width(samples_.size() * 4)));
  const std::uint64_t buckets = ((size_ - 1) >> bucket_bits_) + 1;
  directory_.reserve(buckets + 1);
  std::size_t sample = 0;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    while (sample + 1 < samples_.size() && samples_[sample + 1] <= bucket << bucket_bits_) ++sample;
    directory_.push_back(static_cast<std::uint32_t>(sample));
  }
  directory_.push_back(static_cast<std::uint32_t>(samples_.size() - 1));
  samples_.push_back(std::numeric_limits<std::uint64_t>::max());
}

}  // namespace masscan::targets
