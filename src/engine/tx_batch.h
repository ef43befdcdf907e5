// Frames on their way into a queue: slots are borrowed and handed over many at a time, so that the
// engine may write one frame after the other and the queue still sees batches.
#pragma once

#include <cstddef>
#include <span>

#include "nic/queue_pair.h"

namespace masscan::engine {

class TxBatch {
 public:
  static constexpr std::size_t kFrames = 64;

  explicit TxBatch(nic::QueuePair& queue) : queue_(&queue) {}

  // Slots to be filled in order, not yet taken; none while the queue is full.
  std::span<nic::TxFrame> room() {
    if (used_ == slots_.size()) {
      flush();
      slots_ = queue_->reserve(kFrames);
    }
    return slots_.subspan(used_);
  }
  // The first of them.
  nic::TxFrame* next() {
    const std::span<nic::TxFrame> free = room();
    return free.empty() ? nullptr : &free.front();
  }
  // The next slot holds a frame of this length now.
  void take(std::size_t length) { slots_[used_++].length = length; }
  // The next `count` slots hold frames now; their lengths are set.
  void take_all(std::size_t count) { used_ += count; }
  // Hands over what was taken; frames that were refused earlier are tried again first.
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
