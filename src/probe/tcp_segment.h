// What all TCP scans share: the segment that asks, and the cookie in what it causes.
//
// The cookie is the sequence number, so that every ICMP error quotes it. If the segment has the ACK
// flag, the acknowledgment number is the cookie too, because then only that number is returned: a
// RST has it as its sequence number. A RST to any other segment acknowledges the sequence number
// and the length, in which SYN and FIN count (RFC 9293, 3.10.7.1).
#pragma once

#include <cstdint>
#include <optional>

#include "probe/kind.h"
#include "wire/tcp.h"

namespace masscan::probe {

inline constexpr net::ProbePatterns kTcpPatterns = [] {
  constexpr auto kTcp = static_cast<std::uint8_t>(wire::Protocol::kTcp);
  constexpr net::PacketPattern kToUs = {.protocol = kTcp, .port_at = 2};
  constexpr net::PacketPattern kFromUs = {.protocol = kTcp, .port_at = 0};
  return net::ProbePatterns{.reply_v4 = kToUs,
                            .reply_v6 = kToUs,
                            .probe_v4 = kFromUs,
                            .probe_v6 = kFromUs,
                            .kernel_answers = true};
}();
inline constexpr net::TransportPorts kTcpPorts = {net::Transport::kTcp, {0, 65535}};

// Makes the probe of a scan that has these flags, unless the user has chosen others.
PreparedFrame prepare_probe(const FrameSettings& settings, net::Family family, std::uint8_t flags);

// Returns the cookie that a RST returns to such a probe; nullopt if the segment is no such RST.
std::optional<std::uint32_t> reset_cookie(const wire::TcpView& segment,
                                          const ProbeSettings& settings, std::uint8_t flags);

// Returns the part of a reply that all segments from a target have.
Reply reply_from(const wire::Packet& packet, const wire::TcpView& segment, record::PortState state);

// Kind::read_quote of all TCP scans.
Claim read_quoted_segment(const wire::Packet& quoted, const ProbeSettings& settings);

}  // namespace masscan::probe
