#include "probe/segment_writer.h"

#include <algorithm>

#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace masscan::probe {
namespace {

using wire::EtherType;
using wire::Protocol;

std::size_t emit_link_header(const FrameSettings& settings, net::Family family,
                             const net::MacAddress& next_hop, MutableBytes frame) {
  if (settings.link != net::LinkLayer::kEthernet) return 0;
  wire::EthernetHeader{.destination = next_hop,
                       .source = settings.source_mac,
                       .type = family == net::Family::kIpv4 ? EtherType::kIpv4 : EtherType::kIpv6}
      .emit(frame);
  return wire::EthernetHeader::kLength;
}

}  // namespace

std::size_t segment_room(std::size_t mtu, net::Family family) {
  const std::size_t ip =
      family == net::Family::kIpv4 ? wire::Ipv4Header::kLength : wire::Ipv6Header::kLength;
  const std::size_t packet =
      std::min(mtu, PreparedFrame::kMaxLength - wire::EthernetHeader::kLength);
  return packet - ip - wire::TcpHeader::kMinLength;
}

std::size_t write_segment(const FrameSettings& settings, const Flow& flow,
                          const net::MacAddress& next_hop, wire::TcpHeader header, Bytes payload,
                          MutableBytes frame) {
  const ProbeSettings& probes = settings.probes;
  const net::IpAddress& source = flow.source.address;
  const std::size_t link = emit_link_header(settings, source.family(), next_hop, frame);
  header.source_port = flow.source.port;
  header.destination_port = flow.port.number;
  const std::size_t length = header.length() + payload.size();
  const MutableBytes packet = frame.subspan(link);
  std::size_t ip = 0;
  if (source.is_v4()) {
    ip = wire::Ipv4Header::kLength;
    wire::Ipv4Header{.tos = probes.tos,
                     .payload_length = static_cast<std::uint16_t>(length),
                     .identification = static_cast<std::uint16_t>(header.sequence ^ length),
                     .dont_fragment = probes.dont_fragment,
                     .ttl = probes.ttl,
                     .protocol = Protocol::kTcp,
                     .source = source.v4(),
                     .destination = flow.target.v4()}
        .emit(packet);
  } else {
    ip = wire::Ipv6Header::kLength;
    wire::Ipv6Header{.traffic_class = probes.tos,
                     .payload_length = static_cast<std::uint16_t>(length),
                     .next_header = Protocol::kTcp,
                     .hop_limit = probes.ttl,
                     .source = source.v6(),
                     .destination = flow.target.v6()}
        .emit(packet);
  }
  const MutableBytes segment = packet.subspan(ip, length);
  std::ranges::copy(payload, segment.subspan(header.length()).begin());
  header.emit(segment, source, flow.target);
  return link + ip + length;
}

}  // namespace masscan::probe
