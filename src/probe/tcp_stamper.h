// Writes TCP frames that differ only in who asks whom: the SYN that asks, and the RST that ends
// what a SYN-ACK began. Everything else is prepared once, checksums included, so that a frame costs
// a copy and a few stores.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "net/mac_address.h"
#include "probe/flow.h"
#include "wire/packet.h"
#include "wire/tcp.h"

namespace masscan::probe {

// How our frames look below TCP.
struct LinkSettings {
  wire::Link link = wire::Link::kEthernet;
  net::MacAddress source_mac{};  // unused on raw IP
  std::uint8_t ttl = 255;        // or hop limit
};

class TcpStamper {
 public:
  // No frame is longer: Ethernet, IPv6, and TCP with all its options.
  static constexpr std::size_t kMaxLength = 14 + 40 + 60;

  // masscan's SYN.
  static TcpStamper syn(const LinkSettings& settings, const wire::TcpOptions& options);
  // The answer to a SYN-ACK, whose acknowledgment becomes the sequence. Over Ethernet and IPv4 it
  // is padded to 60 bytes. A RST must never be answered.
  static TcpStamper reset(const LinkSettings& settings);

  // Writes a frame of the flow's family and returns its length. The buffer has at least kMaxLength
  // bytes, all of which may be overwritten. `next_hop` is unused on raw IP.
  std::size_t stamp(MutableBytes buffer, const net::MacAddress& next_hop, const Flow& flow,
                    std::uint32_t sequence) const;

  // A whole frame, its checksums right for zero in every field that `stamp` fills.
  struct Template {
    std::array<std::byte, kMaxLength> frame{};
    std::size_t length = 0;
    std::size_t link_length = 0;  // of the header before IP
    std::uint16_t ip_sum = 0;     // what wire::Checksum goes on from; none for IPv6
    std::uint16_t tcp_sum = 0;
  };
  const Template& prepared(net::Family family) const {
    return family == net::Family::kIpv4 ? ipv4_ : ipv6_;
  }

 private:
  TcpStamper(const LinkSettings& settings, const wire::TcpHeader& tcp);
  // For the family of `zero`, which stands for both addresses.
  static Template make_template(const LinkSettings& settings, const net::IpAddress& zero,
                                const wire::TcpHeader& tcp);

  Template ipv4_;
  Template ipv6_;
};

}  // namespace masscan::probe
