// The state of one port. The engine and file readers make records; formats write them. The text of
// a service is a record::Banner.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "record/cause.h"
#include "record/suspect.h"

namespace masscan::record {

// Numbers as in masscan's binary files and Redis.
enum class PortState : std::uint8_t {
  kUnknown = 0,
  kOpen = 1,
  kClosed = 2,
  kUp = 3,
  kFiltered = 4,
  kUnfiltered = 5,    // not masscan's, as the next one: an answer came, open or closed
  kOpenFiltered = 6,  // no answer came
};

// Returns "open", "closed", "up", "filtered", "unfiltered", "open|filtered" or "unknown".
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
    case PortState::kUnfiltered:
      return "unfiltered";
    case PortState::kOpenFiltered:
      return "open|filtered";
  }
  return "unknown";
}

inline constexpr std::uint8_t kPortStates = 7;  // their number

// Returns the state with this number; kUnknown if there is none.
constexpr PortState state_of(std::uint8_t number) {
  return number < kPortStates ? static_cast<PortState>(number) : PortState::kUnknown;
}

// Reserved by IANA; used if a file does not contain the number.
constexpr std::uint8_t kUnknownProtocol = 255;

// What a record has to do with canaries (engine::Canaries).
enum class Canary : std::uint8_t {
  kNone,
  kAsked,   // its host is being asked at its canaries
  kAnswer,  // it is what an open canary answered, and no result
};

// What became of the check whether a service stands behind an open port (--data-check).
enum class DataCheck : std::uint8_t {
  kNone,
  kBegun,   // no result yet: another record of the port follows
  kPassed,  // it has spoken
  kEnded,   // it has not; `suspect` says what was found
};

// The state of one port of one target, decided by a reply.
struct Record {
  WallTime time;
  net::IpAddress address;
  net::Port port;
  std::uint8_t ip_protocol = kUnknownProtocol;  // for net::Transport::kIp
  PortState state = PortState::kUnknown;
  // The flags byte of a TCP reply (RFC 9293, 3.1); 0 for other replies.
  std::uint8_t reason = 0;
  Cause cause = Cause::kNone;  // of replies without flags
  // TTL or hop limit of the reply; 0 for ARP.
  std::uint8_t ttl = 0;
  Suspect suspect = Suspect::kNone;
  std::uint8_t payload = 0;  // that a UDP port answered (payload.h), if it is known
  // Of a SYN-ACK, for scan::FakeFinder; no format has them.
  std::uint8_t isn_hash = 0;     // hash of the initial sequence number
  std::uint16_t stack_hash = 0;  // hash of the window and the options
  Canary canary = Canary::kNone;
  DataCheck data_check = DataCheck::kNone;
};
static_assert(sizeof(Record) == 48);

// Returns the name in formats: net::name, but "err" for IP protocols without a name of their own.
constexpr std::string_view protocol_name(net::Transport transport) {
  return transport == net::Transport::kIp ? "err" : net::name(transport);
}

// Returns whole seconds since 1970, UTC, as every text format prints them.
constexpr std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Returns the reason as formats print it: nmap's word for the cause, "port-unreach", or flags in
// bit order, joined by '-', "syn-ack"; "none" if there is neither.
std::string_view reason_text(const Record& record);

// The inverses of `name`, `protocol_name` and `reason_text`. Return nullopt for other texts.
std::optional<PortState> parse_state(std::string_view text);
std::optional<net::Transport> parse_protocol(std::string_view text);
// Sets the cause or the flags.
bool parse_reason(std::string_view text, Record& record);

}  // namespace masscan::record
