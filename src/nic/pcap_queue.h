// Writes every frame to a capture file: a dry run whose packets can be inspected.
#pragma once

#include <memory>

#include "base/result.h"
#include "nic/discard.h"
#include "nic/pcap_file.h"

namespace masscan::nic {

class PcapQueue final : public Discard {
 public:
  // `wall_offset` is added to the engine's time to get wall clock time. REQUIRES: `file` outlives
  // the queue.
  static Result<std::unique_ptr<PcapQueue>> open(PcapFile& file, Duration wall_offset);

  void submit(std::size_t count) override;
  void advance(Instant now) override { now_ = now; }

 private:
  PcapQueue(PcapFile& file, Duration wall_offset, TxSlots slots);

  Duration wall_offset_;
  PcapBuffer buffer_;
  Instant now_;
};

}  // namespace masscan::nic
