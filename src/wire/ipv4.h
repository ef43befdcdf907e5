// IPv4 headers (RFC 791). We send no options and no fragments; received options are skipped.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "wire/protocol.h"

namespace masscan::wire {

struct Ipv4Header {
  static constexpr std::size_t kLength = 20;

  std::uint8_t tos = 0;
  std::uint16_t payload_length = 0;
  std::uint16_t identification = 0;
  bool dont_fragment = false;
  std::uint8_t ttl = 255;
  Protocol protocol = Protocol::kTcp;
  net::Ipv4Address source{};
  net::Ipv4Address destination{};

  // Writes the header with its checksum.
  void emit(MutableBytes packet) const;
  bool operator==(const Ipv4Header&) const = default;
};

// Valid until: the parsed bytes change.
class Ipv4View {
 public:
  // Parses a whole packet or the first fragment of one; nullopt for a later one. Link-layer padding
  // behind it is not part of the view.
  static std::optional<Ipv4View> parse(Bytes packet);
  // Parses the beginning of a packet, as an ICMP error quotes it.
  static std::optional<Ipv4View> parse_quoted(Bytes beginning);

  net::Ipv4Address source() const { return load_ipv4(packet_, 12); }
  net::Ipv4Address destination() const { return load_ipv4(packet_, 16); }
  std::uint8_t ttl() const { return load_be<std::uint8_t>(packet_, 8); }
  Protocol protocol() const { return Protocol{load_be<std::uint8_t>(packet_, 9)}; }
  // True if more fragments follow, which a first fragment says.
  bool is_fragment() const { return (load_be<std::uint16_t>(packet_, 6) & 0x2000) != 0; }
  std::size_t header_length() const { return header_length_; }
  Bytes payload() const { return packet_.subspan(header_length_); }
  Ipv4Header header() const;

 private:
  Ipv4View(Bytes packet, std::size_t header_length)
      : packet_(packet), header_length_(header_length) {}
  std::uint16_t total_length() const { return load_be<std::uint16_t>(packet_, 2); }

  Bytes packet_;
  std::size_t header_length_;  // including options
};

}  // namespace masscan::wire
