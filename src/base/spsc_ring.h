// A bounded lock-free queue between one producer thread and one consumer thread. `push` returns
// false if the ring is full; the value then stays with the caller.
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
  // Allocates all memory, for at least `capacity` elements.
  explicit SpscRing(std::size_t capacity) : slots_(std::bit_ceil(capacity)) {}

  // Returns true if the value was moved into the ring. Thread: the producer.
  bool push(T& value) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) == slots_.size()) return false;
    slots_[tail & (slots_.size() - 1)] = std::move(value);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  // Returns nullopt if the ring is empty. Thread: the consumer.
  std::optional<T> pop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return std::nullopt;
    std::optional<T> value = std::move(slots_[head & (slots_.size() - 1)]);
    head_.store(head + 1, std::memory_order_release);
    return value;
  }

  std::size_t capacity() const { return slots_.size(); }
  // Thread: both; approximate while the other thread is active.
  std::size_t size() const {
    return tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
  }

 private:
  std::vector<T> slots_;
  alignas(64) std::atomic<std::size_t> head_ = 0;  // next to pop; written by the consumer
  alignas(64) std::atomic<std::size_t> tail_ = 0;  // next to push; written by the producer
};

}  // namespace masscan
