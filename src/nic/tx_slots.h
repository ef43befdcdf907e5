// A ring of slots for frames to send, oldest first. Used by the backends that hold frames in their
// own memory.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "nic/queue_pair.h"

namespace masscan::nic {

class TxSlots {
 public:
  // Makes `count` slots of `capacity_bytes` each.
  static Result<TxSlots> make(std::size_t count, std::size_t capacity_bytes);

  // Returns up to `count` free adjacent slots; the same ones until `commit`.
  std::span<TxFrame> reserve(std::size_t count);
  // Queues the first `count` of the slots lent last, and returns them.
  std::span<TxFrame> commit(std::size_t count);

  // Returns the oldest queued frames that are adjacent.
  std::span<TxFrame> oldest();
  // Frees the `count` oldest frames.
  void pop(std::size_t count);

  // Calls `send` for each queued frame except the oldest, frees those for which it returns true,
  // and returns their number. Changes the order of the others.
  template <typename Send>
  std::size_t send_past_oldest(Send send) {
    std::size_t sent = 0;
    for (std::size_t age = 1; age < queued_;) {
      if (send(queued_at(age))) {
        ++sent;
        erase(age);
      } else {
        ++age;
      }
    }
    return sent;
  }

  // Returns the queued frame with `age` older ones, as a span of one.
  std::span<TxFrame> queued_at(std::size_t age);
  // Removes a frame; the newest one takes its place.
  void erase(std::size_t age);

  std::size_t queued() const { return queued_; }
  std::size_t capacity() const { return slots_.size(); }
  // Returns the index of the first of these slots.
  std::size_t index_of(std::span<const TxFrame> slots) const {
    return static_cast<std::size_t>(slots.data() - slots_.data());
  }

 private:
  TxSlots(MappedMemory memory, std::vector<TxFrame> slots)
      : memory_(std::move(memory)), slots_(std::move(slots)) {}

  MappedMemory memory_;
  std::vector<TxFrame> slots_;
  std::size_t oldest_ = 0;
  std::size_t queued_ = 0;
};

}  // namespace masscan::nic
