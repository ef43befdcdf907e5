// Collects frames for a queue: slots are reserved and submitted in batches, while the engine writes
// one frame after the other.
// Owner: Link. Thread: the worker's. The queue must outlive it.
#pragma once

#include <cstddef>
#include <span>

#include "nic/queue_pair.h"

namespace masscan::engine {

class TxBatch {
 public:
  static constexpr std::size_t kFrames = 64;

  explicit TxBatch(nic::QueuePair& queue) : queue_(&queue) {}

  // Returns the free slots, to be filled in order; empty while the queue is full.
  std::span<nic::TxFrame> room() {
    if (used_ == slots_.size()) {
      flush();
      slots_ = queue_->reserve(kFrames);
    }
    return slots_.subspan(used_);
  }
  // Returns the first free slot; null while the queue is full.
  nic::TxFrame* next() {
    const std::span<nic::TxFrame> free = room();
    return free.empty() ? nullptr : &free.front();
  }
  // Marks the next slot as a frame of this length.
  void take(std::size_t length) { slots_[used_++].length = length; }
  // Marks the next `count` slots as frames; their lengths are set.
  void take_all(std::size_t count) { used_ += count; }
  // Submits the marked frames. The queue first retries frames that were refused earlier.
  void flush() {
    queue_->submit(used_);
    slots_ = {};
    used_ = 0;
  }

 private:
  nic::QueuePair* queue_;
  std::span<nic::TxFrame> slots_;
  std::size_t used_ = 0;
};

}  // namespace masscan::engine
