// Discards every frame: a dry run that measures the work before sending.
#pragma once

#include <memory>

#include "base/result.h"
#include "nic/queue_pair.h"
#include "nic/tx_slots.h"

namespace masscan::nic {

class Discard final : public QueuePair {
 public:
  static Result<std::unique_ptr<Discard>> open(LinkLayer link_layer);

  std::span<TxFrame> reserve(std::size_t count) override { return slots_.reserve(count); }
  void submit(std::size_t count) override {
    counters_.given += count;
    counters_.sent += count;
  }
  std::size_t queued() const override { return 0; }
  std::span<const RxFrame> receive() override { return {}; }
  void release() override {}
  int poll_fd() const override { return -1; }
  LinkLayer link_layer() const override { return link_layer_; }
  QueueCounters counters() override { return counters_; }

 private:
  Discard(LinkLayer link_layer, TxSlots slots)
      : link_layer_(link_layer), slots_(std::move(slots)) {}

  LinkLayer link_layer_;
  TxSlots slots_;
  QueueCounters counters_;
};

}  // namespace masscan::nic
