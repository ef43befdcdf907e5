#include "probe/tcp_stamper.h"

#include <cstring>

#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

namespace masscan::probe {
namespace {

constexpr std::uint16_t kSynWindow = 1025;

std::size_t link_length(wire::Link link) {
  return link == wire::Link::kEthernet ? wire::EthernetHeader::kLength : 0;
}

// The fields of TCP that differ from frame to frame. They are zero in the template, so its checksum
// needs only their sum (RFC 1624); the addresses count too, through the pseudo header.
void stamp_tcp(MutableBytes segment, const Flow& flow, std::uint32_t sequence) {
  const std::uint32_t ports = std::uint32_t{flow.source.port} << 16 | flow.port.number;
  const std::uint16_t checksum = wire::Checksum::resume(load_be<std::uint16_t>(segment, 16))
                                     .add(flow.source.address)
                                     .add(flow.target)
                                     .add(ports)
                                     .add(sequence)
                                     .finish();
  store_be(segment, 0, ports);
  store_be(segment, 4, sequence);
  store_be(segment, 16, checksum);
}

// The identification is masscan's: it gives a retransmitted frame the bytes of the first.
void stamp_ipv4(MutableBytes packet, const Flow& flow, std::uint32_t sequence) {
  const auto identification =
      static_cast<std::uint16_t>(flow.target.low() ^ flow.port.number ^ sequence);
  const std::uint16_t checksum = wire::Checksum::resume(load_be<std::uint16_t>(packet, 10))
                                     .add(identification)
                                     .add(flow.source.address)
                                     .add(flow.target)
                                     .finish();
  store_be(packet, 4, identification);
  store_be(packet, 10, checksum);
  wire::store_ipv4(packet, 12, flow.source.address.v4());
  wire::store_ipv4(packet, 16, flow.target.v4());
  stamp_tcp(packet.subspan(wire::Ipv4Header::kLength), flow, sequence);
}

void stamp_ipv6(MutableBytes packet, const Flow& flow, std::uint32_t sequence) {
  wire::store_ipv6(packet, 8, flow.source.address.v6());
  wire::store_ipv6(packet, 24, flow.target.v6());
  stamp_tcp(packet.subspan(wire::Ipv6Header::kLength), flow, sequence);
}

// The sum behind the checksum that is stored there.
std::uint16_t sum_at(Bytes header, std::size_t offset) {
  return static_cast<std::uint16_t>(~load_be<std::uint16_t>(header, offset));
}

}  // namespace

TcpStamper TcpStamper::syn(const LinkSettings& settings, const wire::TcpOptions& options) {
  return {settings, {.flags = wire::tcp_flag::kSyn, .window = kSynWindow, .options = options}};
}

TcpStamper TcpStamper::reset(const LinkSettings& settings) {
  TcpStamper stamper(settings, {.flags = wire::tcp_flag::kRst});
  if (settings.link == wire::Link::kEthernet) stamper.ipv4_.length = wire::kMinEthernetLength;
  return stamper;
}

TcpStamper::TcpStamper(const LinkSettings& settings, const wire::TcpHeader& tcp)
    : ipv4_(make_template(settings, net::Ipv4Address(), tcp)),
      ipv6_(make_template(settings, net::Ipv6Address(), tcp)) {}

TcpStamper::Template TcpStamper::make_template(const LinkSettings& settings,
                                               const net::IpAddress& zero,
                                               const wire::TcpHeader& tcp) {
  Template result{.link_length = link_length(settings.link)};
  MutableBytes rest = result.frame;
  if (settings.link == wire::Link::kEthernet) {
    const auto type = zero.is_v4() ? wire::EtherType::kIpv4 : wire::EtherType::kIpv6;
    wire::EthernetHeader{.source = settings.source_mac, .type = type}.emit(rest);
    rest = rest.subspan(wire::EthernetHeader::kLength);
  }
  const auto length = static_cast<std::uint16_t>(tcp.length());
  const MutableBytes packet = rest;
  if (zero.is_v4()) {
    wire::Ipv4Header{.payload_length = length, .ttl = settings.ttl}.emit(rest);
    rest = rest.subspan(wire::Ipv4Header::kLength);
  } else {
    wire::Ipv6Header{.payload_length = length, .hop_limit = settings.ttl}.emit(rest);
    rest = rest.subspan(wire::Ipv6Header::kLength);
  }
  tcp.emit(rest.first(length), zero, zero);
  if (zero.is_v4()) result.ip_sum = sum_at(packet, 10);
  result.tcp_sum = sum_at(rest, 16);
  result.length = kMaxLength - rest.size() + length;
  return result;
}

std::size_t TcpStamper::stamp(MutableBytes buffer, const net::MacAddress& next_hop,
                              const Flow& flow, std::uint32_t sequence) const {
  DCHECK(buffer.size() >= kMaxLength);
  const Template& chosen = prepared(flow.target.family());
  // Of constant length, which is faster than of the right one.
  std::memcpy(buffer.data(), chosen.frame.data(), kMaxLength);
  if (chosen.link_length != 0) wire::store_mac(buffer, 0, next_hop);
  const MutableBytes packet = buffer.subspan(chosen.link_length);
  if (flow.target.is_v4()) {
    stamp_ipv4(packet, flow, sequence);
  } else {
    stamp_ipv6(packet, flow, sequence);
  }
  return chosen.length;
}

}  // namespace masscan::probe
