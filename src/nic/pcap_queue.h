// Writes every frame to a capture file: a dry run whose packets can be inspected.
#pragma once

#include <memory>

#include "base/result.h"
#include "nic/pcap_file.h"
#include "nic/queue_pair.h"
#include "nic/tx_slots.h"

namespace masscan::nic {

class PcapQueue final : public QueuePair {
 public:
  // `wall_offset` is added to the engine's time to get wall clock time. REQUIRES: `file` outlives
  // the queue.
  static Result<std::unique_ptr<PcapQueue>> open(PcapFile& file, Duration wall_offset);

  std::span<TxFrame> reserve(std::size_t count) override { return slots_.reserve(count); }
  void submit(std::size_t count) override;
  std::size_t queued() const override { return 0; }
  std::span<const RxFrame> receive() override { return {}; }
  void release() override {}
  int poll_fd() const override { return -1; }
  LinkLayer link_layer() const override { return link_layer_; }
  QueueCounters counters() override { return counters_; }
  void advance(Instant now) override { now_ = now; }

 private:
  PcapQueue(PcapFile& file, Duration wall_offset, TxSlots slots);

  LinkLayer link_layer_;
  Duration wall_offset_;
  TxSlots slots_;
  PcapBuffer buffer_;
  Instant now_;
  QueueCounters counters_;
};

}  // namespace masscan::nic
