// What ICMP (RFC 792) and ICMPv6 (RFC 4443) messages have in common, and the types of ICMP.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "net/ip_address.h"

namespace masscan::wire {

namespace icmp_type {
inline constexpr std::uint8_t kEchoReply = 0;
inline constexpr std::uint8_t kDestinationUnreachable = 3;
inline constexpr std::uint8_t kEchoRequest = 8;
inline constexpr std::uint8_t kTimeExceeded = 11;
inline constexpr std::uint8_t kTimestampRequest = 13;
inline constexpr std::uint8_t kTimestampReply = 14;
inline constexpr std::uint8_t kAddressMaskRequest = 17;  // RFC 950
inline constexpr std::uint8_t kAddressMaskReply = 18;
}  // namespace icmp_type

struct IcmpHeader {
  static constexpr std::size_t kLength = 8;

  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint32_t rest = 0;  // depends on the type; zero in most errors

  // Writes the header at the front of the message, with the checksum over all of it. Only the
  // checksum of ICMPv6 covers the addresses. REQUIRES: the body is in place.
  void emit(MutableBytes message) const;
  void emit(MutableBytes message, net::Ipv6Address source, net::Ipv6Address destination) const;
  bool operator==(const IcmpHeader&) const = default;
};

// Valid until: the parsed bytes change.
class IcmpView {
 public:
  static std::optional<IcmpView> parse(Bytes message);

  std::uint8_t type() const { return load_be<std::uint8_t>(message_, 0); }
  std::uint8_t code() const { return load_be<std::uint8_t>(message_, 1); }
  // Returns what follows the first eight bytes. In an error: the beginning of the packet that
  // caused it.
  Bytes body() const { return message_.subspan(IcmpHeader::kLength); }
  IcmpHeader header() const { return {type(), code(), load_be<std::uint32_t>(message_, 4)}; }

 private:
  explicit IcmpView(Bytes message) : message_(message) {}

  Bytes message_;
};

}  // namespace masscan::wire
