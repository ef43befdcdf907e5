// A received frame, parsed once down to the transport. All later code uses it, so that no length is
// checked twice.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "wire/protocol.h"

namespace masscan::wire {

using Link = net::LinkLayer;

// Valid until: the frame changes.
struct Packet {
  net::MacAddress source_mac{};       // zero where the link has none
  net::MacAddress destination_mac{};  // zero where the link has none
  net::IpAddress source{};
  net::IpAddress destination{};
  std::uint8_t ttl = 0;  // or hop limit
  Protocol protocol = Protocol::kTcp;
  bool is_fragment = false;  // the first one: `transport` is the beginning of a UDP datagram
  Bytes network{};           // the IPv4 header with its options, or the fixed IPv6 header
  Bytes transport{};         // the transport header and what follows, without link-layer padding

  // Returns nullopt for anything but a whole IPv4 or IPv6 packet or the first fragment of a UDP
  // datagram: another protocol (ARP has its own ArpMessage), another fragment, or lengths that
  // contradict each other.
  static std::optional<Packet> parse(Bytes frame, Link link);
  // Parses the packet whose beginning an ICMP or ICMPv6 error quotes. `transport` may be truncated
  // anywhere.
  static std::optional<Packet> parse_quoted(Bytes beginning);

  // Checks the checksums of the IPv4 header and of TCP, UDP, SCTP, ICMP and ICMPv6; other
  // transports, and fragments, are accepted as they are. REQUIRES: no quoted packet.
  bool checksums_ok() const;
  // True if the checksum field of TCP or UDP holds only the sum of the pseudo-header, or that of
  // SCTP is zero. The sender's kernel then left the checksum to hardware, and there was none on
  // the path. One complete checksum of TCP or UDP in 65,536 looks the same.
  bool has_unfinished_checksum() const;

 private:
  // The checksum of `bytes` behind the pseudo-header of this packet, which states `length`.
  std::uint16_t sum_with_pseudo_header(Bytes bytes, std::size_t length) const;
};

}  // namespace masscan::wire
