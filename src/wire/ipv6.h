// IPv6 headers (RFC 8200). We send no extension headers; received ones are skipped.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "wire/protocol.h"

namespace masscan::wire {

struct Ipv6Header {
  static constexpr std::size_t kLength = 40;

  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;  // 20 bits
  std::uint16_t payload_length = 0;
  Protocol next_header = Protocol::kTcp;
  std::uint8_t hop_limit = 255;
  net::Ipv6Address source{};
  net::Ipv6Address destination{};

  void emit(MutableBytes packet) const;
  bool operator==(const Ipv6Header&) const = default;
};

// Valid until: the parsed bytes change.
class Ipv6View {
 public:
  // A packet with more of them is rejected, as an attempt to waste our time.
  static constexpr int kMaxExtensionHeaders = 8;

  // Parses a whole packet or the first fragment of one; nullopt for a later one. Link-layer padding
  // behind it is not part of the view.
  static std::optional<Ipv6View> parse(Bytes packet);
  // Parses the beginning of a packet, as an ICMPv6 error quotes it.
  static std::optional<Ipv6View> parse_quoted(Bytes beginning);

  net::Ipv6Address source() const { return load_ipv6(packet_, 8); }
  net::Ipv6Address destination() const { return load_ipv6(packet_, 24); }
  std::uint8_t ttl() const { return load_be<std::uint8_t>(packet_, 7); }
  // True if more fragments follow, which a first fragment says.
  bool is_fragment() const { return is_fragment_; }
  std::size_t header_length() const { return Ipv6Header::kLength; }  // without extensions
  // Returns the protocol after the last extension header.
  Protocol protocol() const { return protocol_; }
  Bytes payload() const { return packet_.subspan(payload_offset_); }
  Ipv6Header header() const;

 private:
  Ipv6View(Bytes packet, Protocol protocol)
      : packet_(packet), protocol_(protocol), payload_offset_(Ipv6Header::kLength) {}
  static std::optional<Ipv6View> walk(Bytes packet);
  bool step();

  Bytes packet_;
  Protocol protocol_;
  std::size_t payload_offset_;
  bool is_fragment_ = false;
};

}  // namespace masscan::wire
