#include "stack/stream_buffer.h"

#include <bit>
#include <cstring>
#include <span>

namespace masscan::stack {

bool StreamBuffer::grow(BufferPool& pool, std::uint32_t size) {
  if (size <= capacity()) return true;
  if (size > BufferPool::kLargest) return false;
  const MutableBytes larger = pool.take(size);
  if (larger.empty()) return false;
  if (data_ != nullptr) {
    std::memcpy(larger.data(), data_, capacity());
    pool.give_back({data_, capacity()});
  }
  data_ = larger.data();
  capacity_log2_ = static_cast<std::uint8_t>(std::countr_zero(larger.size()));
  return true;
}

// Copies the bytes of `range` that are in no other range.
void StreamBuffer::copy_missing(Range range, Bytes bytes) {
  std::uint32_t at = range.begin;
  const auto copy_until = [&](std::uint32_t end) {
    if (end > at) std::memcpy(data_ + at, bytes.data() + (at - range.begin), end - at);
  };
  for (std::size_t i = 0; i < early_count_; ++i) {
    copy_until(std::min(range.end, early_[i].begin));
    at = std::max(at, std::min(range.end, early_[i].end));
  }
  copy_until(range.end);
}

bool StreamBuffer::has_place_for(Range range) const {
  const auto touches = [range](const Range& other) { return range.touches(other); };
  return range.begin <= size_ || early_count_ < kEarlyRanges ||
         std::ranges::any_of(early_, touches);
}

// Adds a range, joined with those that it touches.
void StreamBuffer::join(Range range) {
  std::size_t apart = 0;
  for (std::size_t i = 0; i < early_count_; ++i) {
    const Range other = early_[i];
    if (range.touches(other)) {
      range = {std::min(range.begin, other.begin), std::max(range.end, other.end)};
    } else {
      early_[apart++] = other;
    }
  }
  if (range.begin <= size_) {
    size_ = range.end;
  } else {
    early_[apart++] = range;
  }
  early_count_ = static_cast<std::uint8_t>(apart);
  std::ranges::sort(std::span(early_).first(apart), {}, &Range::begin);
}

bool StreamBuffer::store(BufferPool& pool, std::uint32_t position, Bytes bytes) {
  const std::uint32_t end = position + static_cast<std::uint32_t>(bytes.size());
  if (end <= size_) return true;
  const Range range = {std::max(position, size_), end};
  if (!has_place_for(range) || !grow(pool, end)) return false;
  copy_missing(range, bytes.subspan(range.begin - position));
  join(range);
  return true;
}

void StreamBuffer::clear(BufferPool& pool) {
  if (data_ != nullptr) pool.give_back({data_, capacity()});
  *this = {};
}

}  // namespace masscan::stack
