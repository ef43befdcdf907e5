// ICMPv6 (RFC 4443) and the two messages of neighbour discovery (RFC 4861, 4.3 and 4.4) that find
// the link-layer address of an IPv6 address.
//
// Who receives a neighbour message must also check that its hop limit is 255 (RFC 4861, 7.1): then
// it comes from this link.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/mac_address.h"

namespace masscan::wire {

namespace icmpv6_type {
inline constexpr std::uint8_t kDestinationUnreachable = 1;
inline constexpr std::uint8_t kTimeExceeded = 3;
inline constexpr std::uint8_t kEchoRequest = 128;
inline constexpr std::uint8_t kEchoReply = 129;
inline constexpr std::uint8_t kNeighborSolicitation = 135;
inline constexpr std::uint8_t kNeighborAdvertisement = 136;
}  // namespace icmpv6_type

// "Who has target?"
struct NeighborSolicitation {
  net::Ipv6Address target{};
  std::optional<net::MacAddress> source_mac{};  // absent when the sender has no address yet

  static std::optional<NeighborSolicitation> parse(Bytes message);
  std::size_t length() const;
  // Exactly length() bytes, with the checksum.
  void emit(MutableBytes message, net::Ipv6Address source, net::Ipv6Address destination) const;
  bool operator==(const NeighborSolicitation&) const = default;
};

// "The target is at ..."
struct NeighborAdvertisement {
  net::Ipv6Address target{};
  bool from_router = false;
  bool solicited = false;
  bool overriding = false;
  std::optional<net::MacAddress> target_mac{};

  static std::optional<NeighborAdvertisement> parse(Bytes message);
  std::size_t length() const;
  // Exactly length() bytes, with the checksum.
  void emit(MutableBytes message, net::Ipv6Address source, net::Ipv6Address destination) const;
  bool operator==(const NeighborAdvertisement&) const = default;
};

}  // namespace masscan::wire
