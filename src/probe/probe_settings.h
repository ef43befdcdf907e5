// The settings of the user that apply to the probes of a scan and to how their replies are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "payloads/payload_set.h"
#include "wire/tcp.h"

namespace masscan::probe {

struct ProbeSettings {
  std::uint8_t ttl = 255;  // or hop limit
  std::uint8_t tos = 0;    // or traffic class
  bool dont_fragment = false;
  std::optional<std::uint16_t> ip_id{};     // of IPv4; empty: derived from the target
  bool bad_checksum = false;                // sends a wrong TCP, UDP, SCTP or ICMP checksum
  std::size_t data_length = 0;              // bytes behind a TCP header
  std::optional<std::uint8_t> tcp_flags{};  // empty: those of the kind
  std::uint16_t tcp_window = 1025;
  wire::TcpOptions tcp_options{};  // of a SYN
  bool sctp_cookie_echo = false;   // asks SCTP ports with a COOKIE ECHO instead of an INIT
  // What is sent to UDP ports; null: empty datagrams. Borrowed.
  const payloads::PayloadSet* payloads = nullptr;
};

}  // namespace masscan::probe
