// Sends to this machine's own addresses. The kernel accepts an IPv4 packet between two of them only
// from its own IP layer, not as a frame on the loopback. Raw sockets therefore send the part after
// the link header. Needs CAP_NET_RAW.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "net/socket_address.h"
#include "nic/refusal_timeout.h"
#include "nic/sender.h"
#include "nic/slot_sender.h"

namespace masscan::nic {

class LocalSender final : public SlotSender<Sender> {
 public:
  // Frames have an Ethernet header, as on the loopback.
  static Result<std::unique_ptr<LocalSender>> open();

  void submit(std::size_t count) override;

 private:
  LocalSender(UniqueFd ipv4, UniqueFd ipv6, TxSlots slots);
  bool send_oldest();

  UniqueFd ipv4_;
  UniqueFd ipv6_;  // closed on a machine without IPv6
  RefusalTimeout refusal_timeout_{RefusalTimeout::kForRules};
};

}  // namespace masscan::nic
