// Reads the replies of one worker, taken by an XdpTap, from a BPF ring buffer.
//
// Frames are complete, with their time of arrival, in the order in which the interface's CPUs wrote
// them. The views of `receive` point into the ring; the kernel makes the only copy.
// Thread: one.
//
// A frame between two local interfaces (veth) has no checksum if the sender's kernel left it to
// hardware. XDP does not report that; but such a kernel writes the sum of the pseudo-header into
// the field, which the program recognises. Offloads of receiving hardware do no harm: drivers
// disable or undo those that would hide a wrong checksum from XDP (virtio_net), and large receive
// offload.
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

  // Returns at most `kBatch` frames. If there are none, `poll_fd` becomes readable with the next
  // one. Valid until: `release`.
  std::span<const RxFrame> receive() override;
  void release() override;
  int poll_fd() const override { return ring_.get(); }
  std::size_t longest_frame() const override;
  // Sets `received` and `kernel_drops`. Reads the clock, so that captured_at follows changes of the
  // wall clock.
  QueueCounters counters() override;

 private:
  static constexpr std::size_t kBatch = 512;

  XdpReceiver(UniqueFd ring, std::size_t ring_bytes, MappedMemory consumer, MappedMemory producer,
              receive_ring_state& state);
  void read();

  UniqueFd ring_;
  std::uint64_t position_mask_;  // masks a position to an offset in the ring
  MappedMemory consumer_;        // our position; the kernel reads it
  MappedMemory producer_;        // the kernel's position; then the ring, and its beginning again
  receive_ring_state& state_;
  std::uint64_t position_ = 0;     // read up to here; published by `release`
  std::vector<RxFrame> received_;  // views of the ring
  Duration boot_to_wall_{};        // from the program's clock to the wall clock
  std::uint64_t count_ = 0;
};

}  // namespace masscan::nic
