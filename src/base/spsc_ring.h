// A bounded queue between exactly one producer thread and one consumer thread, without locks. A
// full ring is an ordinary answer: `push` returns false and the value stays with the caller.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace masscan {

template <typename T>
class SpscRing {
 public:
  // Holds at least `capacity` elements; all memory is allocated here.
  explicit SpscRing(std::size_t capacity) : slots_(std::bit_ceil(capacity)) {}

  // Producer only. True if the value was taken (moved from).
  bool push(T& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) == slots_.size()) return false;
    slots_[tail & (slots_.size() - 1)] = std::move(value);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Consumer only.
  std::optional<T> pop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return std::nullopt;
    std::optional<T> value = std::move(slots_[head & (slots_.size() - 1)]);
    head_.store(head + 1, std::memory_order_release);
    return value;
  }

  std::size_t capacity() const { return slots_.size(); }
  // Either side; exact for neither while the other one works.
  std::size_t size() const {
    return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
  }

 private:
  std::vector<T> slots_;
  alignas(64) std::atomic<std::size_t> head_ = 0;  // next to pop; written by the consumer
  alignas(64) std::atomic<std::size_t> tail_ = 0;  // next to push; written by the producer
};

}  // namespace masscan
