// Sends batches through a packet socket, bypassing the queueing discipline or not. Works on every
// Linux interface, needs only CAP_NET_RAW, and uses no CPU between calls.
#pragma once

#include <linux/if_packet.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/link_layer.h"
#include "nic/refusal_timeout.h"
#include "nic/sender.h"
#include "nic/slot_sender.h"

namespace masscan::nic {

struct AfPacketSenderConfig {
  std::string interface;
  net::LinkLayer link_layer = net::LinkLayer::kEthernet;
  std::size_t mtu = 1500;
  std::size_t slots = 512;
  bool bypasses_qdisc = true;  // neither the queueing discipline nor tc filters see the frames
};

class AfPacketSender final : public SlotSender<Sender> {
 public:
  static Result<std::unique_ptr<AfPacketSender>> open(const AfPacketSenderConfig& config);

  void submit(std::size_t count) override;
  std::size_t backlog() const override;

 private:
  AfPacketSender(const AfPacketSenderConfig& config, int interface_index, UniqueFd socket,
                 TxSlots slots);
  void describe(std::size_t slot, const TxFrame& frame);
  bool send_oldest();
  void send_past_oldest();
  bool takes_frames();

  const net::LinkLayer link_layer_;
  const bool bypasses_qdisc_;
  RefusalTimeout refusal_timeout_;
  UniqueFd socket_;
  std::vector<iovec> pieces_;      // one per slot
  std::vector<mmsghdr> messages_;  // one per slot
  sockaddr_ll ipv4_address_;       // only for kRawIp: holds the protocol of the frame
  sockaddr_ll ipv6_address_;
};

}  // namespace masscan::nic
