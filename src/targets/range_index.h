// Numbers the members of a RangeSet from 0 in ascending order, both ways, without much memory: the
// number of the last member of every 8th range only (of every one in small sets), and a directory
// into those.
//
// A look-up by number takes the directory's entry for its high bits, which leaves at most a few
// samples to walk over (a binary search where ranges crowd), and then walks at most 7 ranges. Where
// ranges are alike in size (millions of single addresses, the Internet without ten thousand
// excludes) that is O(1), and mostly without a branch that cannot be foreseen; it is never worse
// than logarithmic.
//
// The index holds no reference to the ranges: give the same ones to every call.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
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
    const std::size_t found = sample_of(static_cast<Position>(position));
    const Sample& sample = samples_[found];
    auto before = static_cast<Position>(sample.position - position);
    if (stride_bits_ == 0) return A(static_cast<typename A::Number>(sample.member - before));
    const Range<A>* range = &ranges[end_of(found, ranges.size()) - 1];
    for (std::uint64_t count; before >= (count = length(*range)); --range) before -= count;
    return A(static_cast<typename A::Number>(range->last.number() - before));
  }

  // The number of `member`, or nothing if it is in none of the ranges.
  std::optional<std::uint64_t> position_of(std::span<const Range<A>> ranges, A member) const {
    const std::size_t found = find_range(ranges, member);
    if (found == ranges.size()) return std::nullopt;
    const std::size_t sample = found >> stride_bits_;
    std::uint64_t position = samples_[sample].position;
    for (std::size_t i = end_of(sample, ranges.size()) - 1; i > found; --i) {
      position -= length(ranges[i]);
    }
    return position - static_cast<std::uint64_t>(ranges[found].last.number() - member.number());
  }

 private:
  static constexpr std::size_t kSmallSet = std::size_t{1} << 16;  // ranges, all of them sampled
  static constexpr std::size_t kLongestWalk = 8;                  // over samples
  static constexpr int kLargeStrideBits = 3;

  using Position = std::conditional_t<sizeof(typename A::Number) <= sizeof(std::uint32_t),
                                      std::uint32_t, std::uint64_t>;
  // The last member of a sampled range: what most look-ups need, side by side and small.
  struct Sample {
    Position position;
    typename A::Number member;
  };

  static std::uint64_t length(const Range<A>& range) {
    return static_cast<std::uint64_t>(range.last.number() - range.first.number()) + 1;
  }
  void build_directory();

  // Behind the last range of a sample.
  std::size_t end_of(std::size_t sample, std::size_t count) const {
    return std::min((sample + 1) << stride_bits_, count);
  }

  // The first sample that is not below `position`.
  std::size_t sample_of(Position position) const {
    const std::size_t bucket = position >> bucket_bits_;
    std::size_t sample = directory_[bucket];
    const std::size_t last = directory_[bucket + 1];
    if (last - sample > kLongestWalk) [[unlikely]] {
      const auto crowd = std::span(samples_).subspan(sample, last - sample);
      const auto found = std::ranges::lower_bound(crowd, position, {}, &Sample::position);
      return sample + static_cast<std::size_t>(found - crowd.begin());
    }
    // The first step without a branch: whether it is taken, chance decides.
    sample += samples_[sample].position < position ? 1 : 0;
    while (samples_[sample].position < position) ++sample;
    return sample;
  }

  std::uint64_t size_ = 0;
  int stride_bits_ = 0;
  int bucket_bits_ = 0;
  std::vector<Sample> samples_;
  std::vector<std::uint32_t> directory_;  // [i]: sample_of(i << bucket_bits_); one more at the end
};

template <typename A>
RangeIndex<A>::RangeIndex(std::span<const Range<A>> ranges)
    : stride_bits_(ranges.size() <= kSmallSet ? 0 : kLargeStrideBits) {
  const std::size_t mask = (std::size_t{1} << stride_bits_) - 1;
  samples_.reserve((ranges.size() + mask) >> stride_bits_);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    size_ += length(ranges[i]);
    if ((i & mask) != mask && i + 1 < ranges.size()) continue;
    samples_.push_back({static_cast<Position>(size_ - 1), ranges[i].last.number()});
  }
  if (size_ > 0) build_directory();
}

// Four to eight buckets a sample: two to four bytes a range in large sets.
template <typename A>
void RangeIndex<A>::build_directory() {
  const int size_bits = static_cast<int>(std::bit_width(size_ - 1));
  bucket_bits_ = std::max(0, size_bits - static_cast<int>(std::bit_width(samples_.size() * 2)));
  const std::uint64_t buckets = ((size_ - 1) >> bucket_bits_) + 1;
  directory_.reserve(buckets + 1);
  std::size_t sample = 0;
  for (std::uint64_t bucket = 0; bucket < buckets; ++bucket) {
    while (samples_[sample].position < bucket << bucket_bits_) ++sample;
    directory_.push_back(static_cast<std::uint32_t>(sample));
  }
  directory_.push_back(static_cast<std::uint32_t>(samples_.size() - 1));
}

}  // namespace masscan::targets
