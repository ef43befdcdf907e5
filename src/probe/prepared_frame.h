// A template of a frame. The source, the target and the cookie are missing; the checksums are right
// for zero in their place. StampBatch writes any number of frames from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "net/link_layer.h"
#include "net/mac_address.h"
#include "probe/probe_settings.h"
#include "wire/protocol.h"

namespace masscan::probe {

// The settings of the link and the user that apply to all frames.
struct FrameSettings {
  net::LinkLayer link = net::LinkLayer::kEthernet;
  net::MacAddress source_mac{};  // unused on raw IP
  ProbeSettings probes{};
};

struct PreparedFrame {
  // Maximum length: that of Ethernet with its usual MTU.
  static constexpr std::size_t kMaxLength = 14 + 1500;
  // Length of most frames: Ethernet, IPv6, and TCP with all its options. A template has at least so
  // many bytes, whatever its length.
  static constexpr std::size_t kUsualMaxLength = 14 + 40 + 60;

  // Offsets of the missing fields behind the IP header.
  struct Fields {
    std::size_t ports = 0;            // four bytes: our port, then that of the target
    std::size_t cookie = 0;           // four bytes; may overlap the target's port
    std::uint32_t cookie_bits = ~0u;  // which of them are the cookie's; the others keep their bits
    std::size_t cookie_copy = 0;      // where the cookie is once more; 0: nowhere
    std::size_t checksum = 0;
    bool covers_addresses = true;  // the checksum has a pseudo-header
    bool is_never_zero = false;    // a checksum of zero is sent as 0xffff (RFC 768)
    bool is_crc32c = false;        // the checksum is SCTP's, of four bytes
  };

  // `transport` is the packet behind the IP header, its checksum computed with zero for both
  // addresses.
  static PreparedFrame make(const FrameSettings& settings, net::Family family,
                            wire::Protocol protocol, Bytes transport, const Fields& fields);

  std::vector<std::byte> bytes{};
  std::size_t length = 0;
  net::Family family = net::Family::kIpv4;
  std::size_t link_length = 0;  // of the header before IP
  std::size_t transport_at = 0;
  Fields at{};               // from the beginning of the frame
  std::uint16_t ip_sum = 0;  // where wire::Checksum continues; unused for IPv6
  std::uint16_t transport_sum = 0;
  std::uint32_t cookie_word = 0;         // the bits beside the cookie
  std::optional<std::uint16_t> ip_id{};  // empty: derived from the target
  std::uint32_t crc_change = 0;          // not 0: a CRC32c is wrong by this
};

// Returns the zero address, which a template has for both addresses.
net::IpAddress unspecified(net::Family family);

}  // namespace masscan::probe
