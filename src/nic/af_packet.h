// Packet sockets: works on every Linux interface and needs only CAP_NET_RAW.
//
// Two sockets. One receives into a memory-mapped ring (TPACKET_V3) what the kernel filter lets
// through; the other sends batches past the queueing discipline and receives nothing.
#pragma once

#include <linux/if_packet.h>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "base/mapped_memory.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "net/mac_address.h"
#include "net/port.h"
#include "nic/queue_pair.h"
#include "nic/tx_slots.h"

namespace masscan::nic {

struct AfPacketConfig {
  std::string interface;
  LinkLayer link_layer = LinkLayer::kEthernet;
  net::PortRange ports{};  // ours: the ports that replies are sent to
  std::size_t mtu = 1500;
  // Multicast groups to listen to besides the interface's own (Neighbor Solicitations for a
  // spoofed address).
  std::vector<net::MacAddress> groups{};
  std::size_t receive_ring_bytes = std::size_t{8} << 20;
  std::size_t transmit_slots = 512;
};

class AfPacket final : public QueuePair {
 public:
  static Result<std::unique_ptr<AfPacket>> open(const AfPacketConfig& config);

  std::span<TxFrame> reserve(std::size_t count) override { return transmit_.reserve(count); }
  void submit(std::size_t count) override;
  std::size_t queued() const override { return transmit_.queued(); }
  std::span<const RxFrame> receive() override;
  void release() override;
  int poll_fd() const override { return receiver_.get(); }
  LinkLayer link_layer() const override { return link_layer_; }
  QueueCounters counters() override;

 private:
  static Result<std::unique_ptr<AfPacket>> open_on(int interface_index,
                                                   const AfPacketConfig& config);
  AfPacket(LinkLayer link_layer, int interface_index, UniqueFd receiver, UniqueFd sender,
           MappedMemory ring, TxSlots transmit);
  void describe(std::size_t slot, const TxFrame& frame);
  bool send_oldest();

  const LinkLayer link_layer_;
  UniqueFd receiver_;
  UniqueFd sender_;
  MappedMemory ring_;
  std::size_t block_ = 0;  // of the ring, to be read next
  bool is_block_lent_ = false;
  std::vector<RxFrame> received_;  // views into the lent block
  TxSlots transmit_;
  std::vector<iovec> pieces_;      // one for each slot of `transmit_`
  std::vector<mmsghdr> messages_;  // one for each slot of `transmit_`
  sockaddr_ll ipv4_address_;       // only for kRawIp: says which protocol the frame is
  sockaddr_ll ipv6_address_;
  QueueCounters counters_;
};

}  // namespace masscan::nic
