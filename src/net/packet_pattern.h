// How the packets of a kind of probe look to the filters in front of us, which read a few bytes
// behind the IP header and know no protocol.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace masscan::net {

struct PacketPattern {
  std::uint8_t protocol = 0;           // IP's number; 0: there is no such packet
  std::optional<std::uint8_t> type{};  // what the first byte behind IP is, where it matters
  std::uint8_t port_at = 0;            // where our port stands behind IP

  // Our port in a packet that looks like this; `transport` is what follows the IP header.
  std::optional<std::uint16_t> port_of(std::uint8_t packet_protocol, Bytes transport) const {
    if (packet_protocol != protocol || transport.size() < port_at + sizeof(std::uint16_t)) {
      return std::nullopt;
    }
    if (type && load_be<std::uint8_t>(transport) != *type) return std::nullopt;
    return load_be<std::uint16_t>(transport, port_at);
  }
};

// The packets of one kind of probe over both families.
struct ProbePatterns {
  PacketPattern reply_v4{};
  PacketPattern reply_v6{};
  PacketPattern probe_v4{};  // as ICMP errors quote it
  PacketPattern probe_v6{};
  // The kernel would answer the replies, for it has not asked: it must not see them.
  bool kernel_answers = false;
};

}  // namespace masscan::net
