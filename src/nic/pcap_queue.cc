#include "nic/pcap_queue.h"

#include <utility>

namespace masscan::nic {

namespace {

constexpr std::size_t kSlots = 256;
constexpr std::size_t kFrameBytes = 2048;

}  // namespace

Result<std::unique_ptr<PcapQueue>> PcapQueue::open(PcapFile& file, Duration wall_offset) {
  TxSlots slots = TRY(TxSlots::make(kSlots, kFrameBytes));
  return std::unique_ptr<PcapQueue>(new PcapQueue(file, wall_offset, std::move(slots)));
}

PcapQueue::PcapQueue(PcapFile& file, Duration wall_offset, TxSlots slots)
    : Discard(file.link_layer(), std::move(slots)), wall_offset_(wall_offset), buffer_(file) {}

void PcapQueue::submit(std::size_t count) {
  const WallTime at(now_.time_since_epoch() + wall_offset_);
  for (const TxFrame& frame : slots_.reserve(count)) {
    buffer_.add(frame.buffer.first(frame.length), at);
  }
  Discard::submit(count);
}

}  // namespace masscan::nic
