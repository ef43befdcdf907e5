// A frame of which everything is known but who asks whom, its checksums right for zero in the
// fields that are missing: a value, made once, from which StampBatch writes any number of frames.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "wire/protocol.h"
#include "wire/tcp.h"

namespace masscan::probe {

// How our frames look, as far as the user and the link decide.
struct FrameSettings {
  net::LinkLayer link = net::LinkLayer::kEthernet;
  net::MacAddress source_mac{};  // unused on raw IP
  std::uint8_t ttl = 255;        // or hop limit
  wire::TcpOptions tcp_options{};
};

struct PreparedFrame {
  // No frame is longer: Ethernet, IPv6, and TCP with all its options.
  static constexpr std::size_t kMaxLength = 14 + 40 + 60;

  // Where the fields that differ stand, behind the IP header.
  struct Fields {
    std::size_t ports = 0;   // four bytes: our port, then that of the target
    std::size_t cookie = 0;  // four bytes; may begin over a port of the target that is always 0
    std::size_t checksum = 0;
    bool covers_addresses = true;  // the checksum, by its pseudo-header
  };

  // `transport` is what follows the IP header, its checksum made with zero for both addresses.
  static PreparedFrame make(const FrameSettings& settings, net::Family family,
                            wire::Protocol protocol, Bytes transport, const Fields& fields);

  std::array<std::byte, kMaxLength> bytes{};
  std::size_t length = 0;
  net::Family family = net::Family::kIpv4;
  std::size_t link_length = 0;  // of the header before IP
  Fields at{};                  // from the beginning of the frame
  std::uint16_t ip_sum = 0;     // what wire::Checksum goes on from; none for IPv6
  std::uint16_t transport_sum = 0;
};

// The zero that stands for both addresses of a frame that is being prepared.
net::IpAddress unspecified(net::Family family);

}  // namespace masscan::probe
