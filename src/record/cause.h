// Why a port has its state, where TCP flags do not tell: nmap's reasons.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace masscan::record {

// The numbers are in binary files and databases. Do not reorder.
enum class Cause : std::uint8_t {
  kNone,  // not known: masscan's files have no cause
  kNoResponse,
  kUdpResponse,
  kEchoReply,
  kTimestampReply,
  kAddressMaskReply,
  kArpResponse,
  kNeighborResponse,
  kInitAck,
  kAbort,
  kCookieAck,
  kProtocolResponse,
  kNetUnreachable,  // from here on: ICMP and ICMPv6 errors
  kHostUnreachable,
  kProtocolUnreachable,
  kPortUnreachable,
  kSourceRouteFailed,
  kNetProhibited,
  kHostProhibited,
  kAdminProhibited,
  kNoRoute,
  kBeyondScope,
  kAddressUnreachable,
  kRejectRoute,
  kTimeExceeded,
  kUnreachable,
};

// True for causes that mean that no host was reached.
constexpr bool is_unreachable(Cause cause) {
  return cause == Cause::kNetUnreachable || cause == Cause::kHostUnreachable ||
         cause == Cause::kNoRoute || cause == Cause::kAddressUnreachable ||
         cause == Cause::kTimeExceeded;
}

// Returns nmap's word: "port-unreach"; "none" for kNone and numbers without a name.
std::string_view cause_text(Cause cause);
std::optional<Cause> parse_cause(std::string_view text);

}  // namespace masscan::record
