// UDP datagrams (RFC 768).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"

namespace masscan::wire {

struct UdpHeader {
  static constexpr std::size_t kLength = 8;

  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;

  // Writes the header at the front of a datagram, with the checksum over all of it. REQUIRES: the
  // payload is in place.
  void emit(MutableBytes datagram, const net::IpAddress& source,
            const net::IpAddress& destination) const;
  bool operator==(const UdpHeader&) const = default;
};

// Valid until: the parsed bytes change.
class UdpView {
 public:
  // Nullopt if the length in the header does not fit the bytes. Bytes behind it are padding.
  static std::optional<UdpView> parse(Bytes datagram);
  // Reads the beginning of a datagram, as an ICMP error quotes it; the payload may be cut.
  static std::optional<UdpView> parse_quoted(Bytes beginning);

  UdpHeader header() const {
    return {load_be<std::uint16_t>(datagram_, 0), load_be<std::uint16_t>(datagram_, 2)};
  }
  std::uint16_t checksum() const { return load_be<std::uint16_t>(datagram_, 6); }
  Bytes bytes() const { return datagram_; }
  Bytes payload() const { return datagram_.subspan(UdpHeader::kLength); }

 private:
  explicit UdpView(Bytes datagram) : datagram_(datagram) {}

  Bytes datagram_;
};

}  // namespace masscan::wire
