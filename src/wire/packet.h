// A received frame taken apart once, down to the transport: whoever looks at an IP packet later
// looks at this, and no length is checked twice.
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

// The spans are valid as long as the frame.
struct Packet {
  net::MacAddress source_mac{};       // zero where the link has none
  net::MacAddress destination_mac{};  // zero where the link has none
  net::IpAddress source{};
  net::IpAddress destination{};
  std::uint8_t ttl = 0;  // or hop limit
  Protocol protocol = Protocol::kTcp;
  Bytes network{};    // the IPv4 header with its options, or the fixed IPv6 header
  Bytes transport{};  // the transport header and what follows, without link-layer padding

  // Nothing for what is not a whole IPv4 or IPv6 packet: another protocol (ARP has its own
  // ArpMessage), a fragment, lengths that contradict each other.
  static std::optional<Packet> parse(Bytes frame, Link link);
  // The packet whose beginning an ICMP or ICMPv6 error quotes; `transport` may be cut anywhere.
  static std::optional<Packet> parse_quoted(Bytes beginning);

  // Of the IPv4 header and of TCP, ICMP and ICMPv6; other transports are taken as they are. Only
  // for whole packets.
  bool checksums_ok() const;
  // The sender's kernel left the checksum of a TCP segment to hardware, and there was none on the
  // way: the field holds the sum of the pseudo-header alone. A complete checksum looks like that
  // once in 65,536 times.
  bool has_unfinished_checksum() const;
};

}  // namespace masscan::wire
