// A protocol over UDP: what to ask a service, and how to read its answer. A protocol is one file
// in src/protocols and one row of its table (protocols/udp_table.cc).
//
// Requests only ask: a greeting, a version, a status. None changes the state of a service.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/text.h"
#include "record/application.h"
#include "record/banner.h"

namespace masscan::banner {

struct UdpRequest {
  std::string_view name;         // as results and -sL print it: "dns-version"
  std::string_view payload;      // the datagram, at most kMaxUdpRequest bytes
  std::uint16_t token_at = 0;    // the offset of four bytes that carry our token,
  std::uint32_t token_bits = 0;  // of which these bits are the token's; the others stay
  // Largest size of the answers that is documented for the request, as a multiple of the request.
  double amplification = 1;
};

constexpr std::size_t kMaxUdpRequest = 1232;  // fits every path of IPv6 (RFC 9000, 14.1)

struct UdpProtocol;

// Name and version of the program, only as an answer states them. Valid until: the datagram is
// freed.
struct StatedSoftware {
  std::string_view name{};  // "memcached", or both: "ntpd 4.2.8p15"
  std::string_view version{};
};

// The identity of an answer. The text is appended apart.
struct UdpAnswer {
  record::Application application = record::Application::kUnknown;
  std::uint32_t token = 0;       // the token in the answer,
  std::uint32_t token_bits = 0;  // of which these bits are known; 0: it has no room for one
  std::uint32_t requests = ~0u;  // the numbers of those that it may answer, as bits
  const UdpProtocol* protocol = nullptr;  // set by protocols/udp_table.h
  StatedSoftware software{};
};

// Returns both in one, as StreamOutput::state_software has them: "memcached 1.6.18".
inline std::string to_string(const StatedSoftware& software) {
  std::string text(software.name);
  if (!software.name.empty() && !software.version.empty()) text += ' ';
  text += software.version;
  return std::string(trim(trim(text).substr(0, record::kMaxSoftwareBytes)));
}

struct UdpProtocol {
  std::string_view name;                   // "dns"
  std::span<const std::uint16_t> ports;    // where it is asked
  std::span<const UdpRequest> requests{};  // in the order in which they are sent
  // Reads a datagram and appends its text. Pure; the bytes may be anything. Nullopt: it is no
  // answer of this protocol, and what was appended means nothing.
  std::optional<UdpAnswer> (*read)(Bytes datagram, std::string& text) = nullptr;
  // True if a service answers from a port of its choice (RFC 1350, 4).
  bool answers_elsewhere = false;
};

}  // namespace masscan::banner
