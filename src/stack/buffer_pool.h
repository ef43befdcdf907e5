// Buffers of a limited memory, in sizes that double.
// Owner: one worker. Thread: the worker's.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/mapped_memory.h"
#include "base/result.h"

namespace masscan::stack {

class BufferPool {
 public:
  static constexpr std::size_t kSmallest = 512;  // bytes
  static constexpr std::size_t kLargest = std::size_t{1} << 20;

  // Memory is reserved here and touched as used.
  static Result<BufferPool> open(std::size_t bytes) {
    return BufferPool(TRY(MappedMemory::anonymous(std::max(bytes, kLargest))));
  }

  // Returns a buffer of at least `bytes`; empty if none is left.
  // REQUIRES: at most kLargest.
  MutableBytes take(std::size_t bytes) {
    const std::size_t size = std::bit_ceil(std::max(bytes, kSmallest));
    for (std::size_t larger = size; larger <= kLargest; larger *= 2) {
      std::byte*& first = free_[class_of(larger)];
      if (first == nullptr && larger == size && used_ + size <= memory_.bytes().size()) {
        used_ += size;
        return memory_.bytes().subspan(used_ - size, size);
      }
      if (first == nullptr) continue;
      std::byte* const buffer = first;
      std::memcpy(&first, buffer, sizeof(first));
      return {buffer, larger};
    }
    return {};
  }
  // REQUIRES: `take` returned it.
  void give_back(MutableBytes buffer) {
    std::byte*& first = free_[class_of(buffer.size())];
    std::memcpy(buffer.data(), &first, sizeof(first));
    first = buffer.data();
  }

 private:
  explicit BufferPool(MappedMemory memory) : memory_(std::move(memory)) {}
  static std::size_t class_of(std::size_t size) {
    return static_cast<std::size_t>(std::countr_zero(size / kSmallest));
  }

  MappedMemory memory_;
  std::size_t used_ = 0;               // bytes that were ever part of a buffer
  std::array<std::byte*, 12> free_{};  // the first free buffer of each size, which holds the next
};

}  // namespace masscan::stack
