// A sender, or the sending half of a queue pair, that keeps its frames in slots of its own memory.
#pragma once

#include <cerrno>
#include <cstddef>
#include <span>
#include <utility>

#include "nic/queue_counters.h"
#include "nic/tx_slots.h"

namespace masscan::nic {

// `Base` is Sender or QueuePair.
template <typename Base>
class SlotSender : public Base {
 public:
  std::span<TxFrame> reserve(std::size_t count) override { return slots_.reserve(count); }
  std::size_t queued() const override { return slots_.queued(); }
  QueueCounters counters() override { return counters_; }

 protected:
  explicit SlotSender(TxSlots slots) : slots_(std::move(slots)) {}

  void count_refusal(int error) {
    ++counters_.refused;
    if (error == EAGAIN) ++counters_.buffer_full;
  }

  TxSlots slots_;
  QueueCounters counters_;
};

}  // namespace masscan::nic
