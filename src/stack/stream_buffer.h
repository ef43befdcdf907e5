// The bytes that a peer has sent, put in order. Bytes that arrive early are kept in a few ranges.
// Of bytes that arrive twice the first ones count.
// Owner: one connection. Thread: the worker's.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "stack/buffer_pool.h"

namespace masscan::stack {

class StreamBuffer {
 public:
  static constexpr std::size_t kEarlyRanges = 3;

  // The bytes from the first one on, without a gap. Valid until: the next `store` or `clear`.
  Bytes bytes() const { return {data_, size_}; }
  std::uint32_t size() const { return size_; }
  bool has_early() const { return early_count_ > 0; }

  // Stores bytes at a position of the stream. Returns false if there is no room for them, and
  // nothing was stored: the peer has to send them again.
  bool store(BufferPool& pool, std::uint32_t position, Bytes bytes);
  // Gives the memory back.
  void clear(BufferPool& pool);

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    bool touches(Range other) const { return begin <= other.end && other.begin <= end; }
  };

  bool grow(BufferPool& pool, std::uint32_t size);
  bool has_place_for(Range range) const;
  void copy_missing(Range range, Bytes bytes);
  void join(Range range);

  // Buffers have a power of two of bytes.
  std::uint32_t capacity() const {
    return data_ == nullptr ? 0 : std::uint32_t{1} << capacity_log2_;
  }

  std::byte* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::array<Range, kEarlyRanges> early_{};  // in order, with gaps between them
  std::uint8_t early_count_ = 0;
  std::uint8_t capacity_log2_ = 0;
};

}  // namespace masscan::stack
