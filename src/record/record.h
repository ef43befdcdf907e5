// What a scan reports of a port, one at a time. Formats turn records into bytes; the engine and
// readers of files make them. What services say is a record::Banner.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::record {

// Numbers are masscan's (binary files and Redis hold them).
enum class PortState : std::uint8_t {
  kUnknown = 0,
  kOpen = 1,
  kClosed = 2,
  kUp = 3,
  kFiltered = 4
};

// "open", "closed", "up", "filtered", "unknown".
constexpr std::string_view name(PortState state) {
  switch (state) {
    case PortState::kUnknown:
      return "unknown";
    case PortState::kOpen:
      return "open";
    case PortState::kClosed:
      return "closed";
    case PortState::kUp:
      return "up";
    case PortState::kFiltered:
      return "filtered";
  }
  return "unknown";
}

// IANA reserves it: stands where a file does not tell the number.
constexpr std::uint8_t kUnknownProtocol = 255;

// A reply decided the state of one port of one target.
struct Record {
  WallTime time;
  net::IpAddress address;
  net::Port port;
  std::uint8_t ip_protocol = kUnknownProtocol;  // of net::Transport::kIp
  PortState state = PortState::kUnknown;
  // For TCP the flags byte of the reply (RFC 9293, 3.1); 0 for everything else.
  std::uint8_t reason = 0;
  // TTL or hop limit of the reply; 0 for ARP.
  std::uint8_t ttl = 0;
};

// As formats print it: net::name, but "err" for IP protocols without a name of their own.
constexpr std::string_view protocol_name(net::Transport transport) {
  return transport == net::Transport::kIp ? "err" : net::name(transport);
}

// Whole seconds since 1970, UTC, as every text format prints a time.
constexpr std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// The flags of `reason` in bit order, joined by '-': "syn-ack"; "none" where no bit is set.
std::string_view reason_text(std::uint8_t reason);

// The inverses of `name`, `protocol_name` and `reason_text`; nothing for anything they do not
// write.
std::optional<PortState> parse_state(std::string_view text);
std::optional<net::Transport> parse_protocol(std::string_view text);
std::optional<std::uint8_t> parse_reason(std::string_view text);

}  // namespace masscan::record
