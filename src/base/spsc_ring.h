// Bounded lock-free queues between one producer thread and one consumer thread: of values, and of
// messages of any length. `push` returns false if the ring is full; the value then stays with the
// caller.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"

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

// A message lies in one piece.
class SpscByteRing {
 public:
  // Allocates all memory, for at least `capacity` bytes.
  explicit SpscByteRing(std::size_t capacity) : words_(std::bit_ceil(capacity) / kWord) {}

  // How many bytes of the ring a message takes at most.
  static constexpr std::size_t footprint(std::size_t length) { return words_of(length) * kWord; }
  std::size_t capacity() const { return words_.size() * kWord; }
  // Returns a size of messages that are certain to fit, by their footprints; but one that is longer
  // than half of that may find no place in one piece. Thread: the producer.
  std::size_t room() const {
    const std::size_t used =
        tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_acquire);
    return (words_.size() - used) * kWord;
  }
  // Appends a message of two parts. Returns false if there is no room. Thread: the producer.
  bool push(Bytes head, Bytes body) {
    const std::size_t length = head.size() + body.size();
    const std::size_t needed = words_of(length);
    std::size_t tail = tail_.load(std::memory_order_relaxed);
    const std::size_t to_end = words_.size() - index(tail);
    const std::size_t skipped = to_end < needed ? to_end : 0;
    if ((skipped + needed) * kWord > room()) return false;
    if (skipped > 0) words_[index(tail)] = kSkip;
    tail += skipped;
    words_[index(tail)] = length;
    std::byte* const at = reinterpret_cast<std::byte*>(&words_[index(tail) + 1]);
    if (!head.empty()) std::memcpy(at, head.data(), head.size());
    if (!body.empty()) std::memcpy(at + head.size(), body.data(), body.size());
    tail_.store(tail + needed, std::memory_order_release);
    return true;
  }

  // Returns the oldest message; empty if there is none. Valid until: `pop`. Thread: the consumer.
  Bytes front() {
    std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return {};
    if (words_[index(head)] == kSkip) {
      head += words_.size() - index(head);
      head_.store(head, std::memory_order_release);
    }
    const auto* const at = reinterpret_cast<const std::byte*>(&words_[index(head) + 1]);
    return {at, words_[index(head)]};
  }
  // REQUIRES: `front` returned a message. Thread: the consumer.
  void pop() {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    head_.store(head + words_of(words_[index(head)]), std::memory_order_release);
  }

 private:
  static constexpr std::size_t kWord = sizeof(std::uint64_t);
  static constexpr std::uint64_t kSkip = ~std::uint64_t{0};  // the rest up to the end is unused

  // A word of length, then the message.
  static constexpr std::size_t words_of(std::size_t length) {
    return 1 + (length + kWord - 1) / kWord;
  }
  std::size_t index(std::size_t position) const { return position & (words_.size() - 1); }

  std::vector<std::uint64_t> words_;
  alignas(64) std::atomic<std::size_t> head_ = 0;  // in words; written by the consumer
  alignas(64) std::atomic<std::size_t> tail_ = 0;  // written by the producer
};

}  // namespace masscan
