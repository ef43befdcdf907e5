// Frames on their way out: a ring of slots, written by the engine and sent oldest first. Shared by
// the backends that hold the frames in memory of their own.
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
  // `count` slots of `capacity_bytes` each.
  static Result<TxSlots> make(std::size_t count, std::size_t capacity_bytes);

  // At most `count` free slots, side by side; the same ones until `commit`.
  std::span<TxFrame> reserve(std::size_t count);
  // Queues the first `count` of the slots lent last, and returns them.
  std::span<TxFrame> commit(std::size_t count);

  // The oldest queued frames, as far as they lie side by side.
  std::span<TxFrame> oldest();
  // Frees the `count` oldest.
  void pop(std::size_t count);

  // Has `send` try each queued frame but the oldest, and frees those of which it says true. Returns
  // how many. The order of the others changes.
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

  // One queued frame, with so many older ones.
  std::span<TxFrame> queued_at(std::size_t age);
  // Takes it out of the queue; the newest frame is in its place.
  void erase(std::size_t age);

  std::size_t queued() const { return queued_; }
  std::size_t capacity() const { return slots_.size(); }
  // The number, below the capacity, of the first of some slots that were handed out here.
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
