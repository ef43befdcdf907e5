#include "probe/kind.h"

#include <algorithm>

#include "probe/arp.h"
#include "probe/icmp.h"
#include "probe/ip_protocol.h"
#include "probe/sctp.h"
#include "probe/tcp_syn.h"
#include "probe/udp.h"

namespace masscan::probe {
namespace {

constexpr std::array<const Kind*, 5> kKinds = {&kTcpSyn, &kUdp, &kIcmp, &kSctp, &kArp};

}  // namespace

std::span<const Kind* const> kinds() { return kKinds; }

const Kind* find_kind(net::Port port, const Kind& tcp) {
  if (tcp.asks(port)) return &tcp;
  if (port.transport == net::Transport::kIp) return ip_protocol_kind(port.number);
  const auto found =
      std::ranges::find_if(kKinds, [&](const Kind* kind) { return kind->asks(port); });
  return found == kKinds.end() ? nullptr : *found;
}

}  // namespace masscan::probe
