// The types of ICMPv6 (RFC 4443), and the two messages of neighbour discovery (RFC 4861, 4.3 and
// 4.4) that resolve an IPv6 address to a link-layer address.
//
// A receiver of a neighbour message must also check that its hop limit is 255, which proves that it
// was sent on this link (RFC 4861, 7.1).
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
inline constexpr std::uint8_t kParameterProblem = 4;
inline constexpr std::uint8_t kEchoRequest = 128;
inline constexpr std::uint8_t kEchoReply = 129;
inline constexpr std::uint8_t kNeighborSolicitation = 135;
inline constexpr std::uint8_t kNeighborAdvertisement = 136;
}  // namespace icmpv6_type

// Asks for the link-layer address of `target`.
struct NeighborSolicitation {
  net::Ipv6Address target{};
  std::optional<net::MacAddress> source_mac{};  // absent when the sender has no address yet

  static std::optional<NeighborSolicitation> parse(Bytes message);
  std::size_t length() const;
  // Writes length() bytes, including the checksum.
  void emit(MutableBytes message, net::Ipv6Address source, net::Ipv6Address destination) const;
  bool operator==(const NeighborSolicitation&) const = default;
};

// Announces the link-layer address of `target`.
struct NeighborAdvertisement {
  net::Ipv6Address target{};
  bool from_router = false;
  bool solicited = false;
  bool overriding = false;
  std::optional<net::MacAddress> target_mac{};

  static std::optional<NeighborAdvertisement> parse(Bytes message);
  std::size_t length() const;
  // Writes length() bytes, including the checksum.
  void emit(MutableBytes message, net::Ipv6Address source, net::Ipv6Address destination) const;
  bool operator==(const NeighborAdvertisement&) const = default;
};

}  // namespace masscan::wire
