// TCP headers (RFC 9293) and the options of a SYN (RFC 9293, RFC 2018, RFC 7323).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "net/ip_address.h"

namespace masscan::wire {

namespace tcp_flag {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
inline constexpr std::uint8_t kUrg = 0x20;
}  // namespace tcp_flag

struct TcpTimestamp {
  std::uint32_t value = 0;
  std::uint32_t echo = 0;

  bool operator==(const TcpTimestamp&) const = default;
};

// Emitted in the order of `layout` and padded with end-of-list to a multiple of four bytes. On
// receive, unknown options are skipped, and a malformed one ends the list.
struct TcpOptions {
  // M: MSS, S: SACK permitted, W: window scale, T: timestamp; each is omitted if it is not set. N:
  // no operation.
  static constexpr std::string_view kMasscanLayout = "MSWT";

  std::string_view layout = kMasscanLayout;
  std::optional<std::uint16_t> mss{};
  bool sack_permitted = false;
  std::optional<std::uint8_t> window_scale{};
  std::optional<TcpTimestamp> timestamp{};

  static TcpOptions parse(Bytes list);
  // Returns a multiple of four.
  std::size_t length() const;
  void emit(MutableBytes list) const;
  bool operator==(const TcpOptions&) const = default;

 private:
  std::size_t length_of(char letter) const;
  void emit_option(char letter, MutableBytes option) const;
};

struct TcpHeader {
  static constexpr std::size_t kMinLength = 20;
  static constexpr std::size_t kMaxLength = 60;

  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0;
  std::uint16_t window = 0;
  std::uint16_t urgent = 0;
  TcpOptions options{};

  std::size_t length() const { return kMinLength + options.length(); }
  // Writes the header at the front of the segment, with the checksum over all of it. REQUIRES: the
  // payload is in place.
  void emit(MutableBytes segment, const net::IpAddress& source,
            const net::IpAddress& destination) const;
  bool operator==(const TcpHeader&) const = default;
};

// Valid until: the parsed bytes change.
class TcpView {
 public:
  static std::optional<TcpView> parse(Bytes segment);

  std::uint16_t source_port() const { return load_be<std::uint16_t>(segment_, 0); }
  std::uint16_t destination_port() const { return load_be<std::uint16_t>(segment_, 2); }
  std::uint32_t sequence() const { return load_be<std::uint32_t>(segment_, 4); }
  std::uint32_t acknowledgment() const { return load_be<std::uint32_t>(segment_, 8); }
  std::uint8_t flags() const { return load_be<std::uint8_t>(segment_, 13); }
  std::uint16_t window() const { return load_be<std::uint16_t>(segment_, 14); }
  std::uint16_t checksum() const { return load_be<std::uint16_t>(segment_, 16); }
  std::uint16_t urgent() const { return load_be<std::uint16_t>(segment_, 18); }
  TcpOptions options() const;
  Bytes payload() const { return segment_.subspan(header_length_); }
  TcpHeader header() const;
  bool has_flags(std::uint8_t all) const { return (flags() & all) == all; }

 private:
  TcpView(Bytes segment, std::size_t header_length)
      : segment_(segment), header_length_(header_length) {}

  Bytes segment_;
  std::size_t header_length_;
};

// The first eight bytes of a segment, which every ICMP error quotes at least (RFC 792).
struct TcpQuote {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;

  static std::optional<TcpQuote> parse(Bytes beginning);
};

}  // namespace masscan::wire
