// Receives through a packet socket with a memory-mapped ring (TPACKET_V3) and a kernel filter.
// Works on every Linux interface and needs only CAP_NET_RAW.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "net/packet_pattern.h"
#include "net/port.h"
#include "nic/receiver.h"

struct tpacket_block_desc;

namespace masscan::nic {

struct AfPacketReceiverConfig {
  std::string interface;
  net::LinkLayer link_layer = net::LinkLayer::kEthernet;
  std::vector<net::ProbePatterns> patterns{};  // of the probes that are answered
  net::PortRange ports{};                      // ours: the ports that replies are sent to
  // Multicast groups to listen to besides the interface's own (Neighbor Solicitations for a
  // spoofed address).
  std::vector<net::MacAddress> groups{};
  std::size_t ring_bytes = std::size_t{16} << 20;
};

class AfPacketReceiver final : public Receiver {
 public:
  static Result<std::unique_ptr<AfPacketReceiver>> open(const AfPacketReceiverConfig& config);

  std::span<const RxFrame> receive() override;
  void release() override;
  int poll_fd() const override { return socket_.get(); }
  std::size_t longest_frame() const override;
  QueueCounters counters() override;

 private:
  static Result<std::unique_ptr<AfPacketReceiver>> open_on(int interface_index,
                                                           const AfPacketReceiverConfig& config);
  AfPacketReceiver(UniqueFd socket, MappedMemory ring);
  std::size_t block_count() const;
  void read(const tpacket_block_desc& block);

  UniqueFd socket_;
  MappedMemory ring_;
  std::size_t block_ = 0;          // of the ring, to be read next
  std::size_t lent_ = 0;           // number of blocks lent, up to there
  std::vector<RxFrame> received_;  // views of the lent blocks
  std::uint64_t count_ = 0;
  std::uint64_t drops_ = 0;
};

}  // namespace masscan::nic
