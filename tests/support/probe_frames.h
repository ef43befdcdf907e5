// Probe frames written field by field with the emitters of `wire`, as the oracle of batched frames.
#pragma once

#include <cstdint>

#include "probe/flow.h"
#include "probe/prepared_frame.h"
#include "support/packet_builder.h"

namespace masscan::test {

// Adds the link and IP headers to a transport.
inline Buffer probe_frame(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                          const probe::Flow& flow, std::uint32_t cookie, wire::Protocol protocol,
                          const Buffer& transport) {
  PacketBuilder builder = packet();
  if (settings.link == net::LinkLayer::kEthernet) builder.ethernet(next_hop, settings.source_mac);
  const auto identification =
      static_cast<std::uint16_t>(flow.target.low() ^ flow.port.number ^ cookie);
  return builder.ip(flow.source.address, flow.target)
      .identification(identification)
      .ttl(settings.probes.ttl)
      .transport(protocol, transport)
      .bytes();
}

inline Buffer tcp_frame(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                        const probe::Flow& flow, wire::TcpHeader header) {
  header.source_port = flow.source.port;
  header.destination_port = flow.port.number;
  Buffer segment(header.length());
  header.emit(segment, flow.source.address, flow.target);
  return probe_frame(settings, next_hop, flow, header.sequence, wire::Protocol::kTcp, segment);
}

inline Buffer syn_frame(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                        const probe::Flow& flow, std::uint32_t cookie) {
  return tcp_frame(settings, next_hop, flow,
                   {.sequence = cookie,
                    .flags = wire::tcp_flag::kSyn,
                    .window = 1025,
                    .options = settings.probes.tcp_options});
}

// Fills in the identifier, the cookie, and masscan's payload after the cookie.
inline Buffer ping_frame(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                         const probe::Flow& flow, std::uint32_t cookie) {
  const bool is_v4 = flow.target.is_v4();
  Buffer message(wire::IcmpHeader::kLength);
  for (std::uint8_t i = 8; i < 56; ++i) message.push_back(std::byte{i});
  store_be(message, 8, static_cast<std::uint16_t>(cookie));
  const wire::IcmpHeader header{.type = std::uint8_t{is_v4 ? std::uint8_t{8} : std::uint8_t{128}},
                                .rest = std::uint32_t{flow.source.port} << 16 | cookie >> 16};
  if (is_v4) {
    header.emit(message);
  } else {
    header.emit(message, flow.source.address.v6(), flow.target.v6());
  }
  return probe_frame(settings, next_hop, flow, cookie,
                     is_v4 ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6, message);
}

// Returns the probe of the port's kind.
inline Buffer frame_that_asks(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                              const probe::Flow& flow, std::uint32_t cookie) {
  return flow.port.transport == net::Transport::kIcmp ? ping_frame(settings, next_hop, flow, cookie)
                                                      : syn_frame(settings, next_hop, flow, cookie);
}

}  // namespace masscan::test
