// Probe frames written field by field with the emitters of `wire`, as the oracle of batched frames.
#pragma once

#include <cstdint>

#include "probe/flow.h"
#include "probe/prepared_frame.h"
#include "support/packet_builder.h"
#include "wire/sctp.h"

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

// An ICMP timestamp request (I:1) or address mask request (I:3), which has only half of the cookie.
inline Buffer icmp_question_frame(const probe::FrameSettings& settings,
                                  const net::MacAddress& next_hop, const probe::Flow& flow,
                                  std::uint32_t cookie) {
  const bool is_timestamp = flow.port.number == 1;
  Buffer message(is_timestamp ? 20 : 12);
  if (is_timestamp) store_be(message, 8, static_cast<std::uint16_t>(cookie));
  wire::IcmpHeader{.type = std::uint8_t{is_timestamp ? std::uint8_t{13} : std::uint8_t{17}},
                   .rest = std::uint32_t{flow.source.port} << 16 | cookie >> 16}
      .emit(message);
  return probe_frame(settings, next_hop, flow, cookie, wire::Protocol::kIcmp, message);
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

inline Buffer init_frame(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                         const probe::Flow& flow, std::uint32_t cookie) {
  Buffer packet(32);
  store_be(packet, 12, std::uint32_t{0x01000014});
  store_be(packet, 16, cookie);
  store_be(packet, 20, std::uint32_t{32768});
  store_be(packet, 24, std::uint32_t{10 << 16 | 2048});
  store_be(packet, 28, std::uint32_t{0x461adf3d});
  wire::SctpHeader{flow.source.port, flow.port.number}.emit(packet);
  return probe_frame(settings, next_hop, flow, cookie, wire::Protocol::kSctp, packet);
}

// Returns the probe of the port's kind.
inline Buffer frame_that_asks(const probe::FrameSettings& settings, const net::MacAddress& next_hop,
                              const probe::Flow& flow, std::uint32_t cookie) {
  const bool is_question = flow.port.transport == net::Transport::kIcmp && flow.port.number != 0;
  const auto frame = is_question                                    ? icmp_question_frame
                     : flow.port.transport == net::Transport::kIcmp ? ping_frame
                     : flow.port.transport == net::Transport::kSctp ? init_frame
                                                                    : syn_frame;
  return frame(settings, next_hop, flow, cookie);
}

}  // namespace masscan::test
