// The replies that an XDP tap takes for one worker, read from a BPF ring buffer.
//
// Whole frames, with the time of their arrival, in the order in which the interface's CPUs put them
// there. Used by one thread. The views that `receive` lends lie in the ring itself: nothing is
// copied but once, by the kernel.
//
// A frame between two local interfaces (veth) has no checksum where the sender's kernel left it to
// hardware. XDP tells nobody; but such a kernel writes the sum of the pseudo-header into the field,
// and the program recognises that. Offloads of hardware that receives stay correct: drivers switch
// off or undo what would hide a wrong checksum from XDP (virtio_net), and large receive offload.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/port.h"
#include "nic/receiver.h"
#include "nic/xdp/tap.h"

namespace masscan::nic {

struct XdpReceiverConfig {
  XdpTap& tap;           // outlives the receiver
  net::PortRange ports;  // ours: the ports that replies are sent to, other than every other's
  // Rounded up to a power of two. A SYN-ACK takes 120 bytes.
  std::size_t ring_bytes = std::size_t{8} << 20;
};

class XdpReceiver final : public Receiver {
 public:
  static Result<std::unique_ptr<XdpReceiver>> open(const XdpReceiverConfig& config);

  // At most `kBatch` frames, valid until `release`. Who finds nothing may wait at `poll_fd`, and is
  // woken by the next frame.
  std::span<const RxFrame> receive() override;
  void release() override;
  int poll_fd() const override { return ring_.get(); }
  // Fills in `received` and `kernel_drops`. Reads the clock, lest captured_at goes wrong when
  // somebody sets it.
  void count_into(QueueCounters& counters) override;

 private:
  static constexpr std::size_t kBatch = 512;

  XdpReceiver(UniqueFd ring, std::size_t ring_bytes, MappedMemory consumer, MappedMemory producer,
              receive_ring_state& state);
  void read();

  UniqueFd ring_;
  std::uint64_t position_mask_;  // where in the ring a position lies
  MappedMemory consumer_;        // our position; the kernel reads it
  MappedMemory producer_;        // the kernel's; behind a page the ring, and its beginning again
  receive_ring_state& state_;
  std::uint64_t position_ = 0;     // what we have read up to; the kernel hears of it at `release`
  std::vector<RxFrame> received_;  // views into the ring
  Duration boot_to_wall_{};        // from the clock of the program to that of people
  std::uint64_t count_ = 0;
};

}  // namespace masscan::nic
