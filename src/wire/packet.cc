#include "wire/packet.h"

#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/sctp.h"
#include "wire/tcp.h"
#include "wire/udp.h"

namespace masscan::wire {
namespace {

// Of what answers probes, only UDP datagrams are longer than a path takes.
template <typename View>
std::optional<Packet> from(const std::optional<View>& ip, Bytes bytes) {
  if (!ip || (ip->is_fragment() && ip->protocol() != Protocol::kUdp)) return std::nullopt;
  Packet packet;
  packet.source = ip->source();
  packet.destination = ip->destination();
  packet.ttl = ip->ttl();
  packet.protocol = ip->protocol();
  packet.is_fragment = ip->is_fragment();
  packet.transport = ip->payload();
  packet.network = bytes.first(ip->header_length());
  return packet;
}

bool is_version(Bytes packet, int version) {
  return !packet.empty() && load_be<std::uint8_t>(packet) >> 4 == version;
}

std::optional<Packet> parse_ip(Bytes bytes) {
  return is_version(bytes, 6) ? from(Ipv6View::parse(bytes), bytes)
                              : from(Ipv4View::parse(bytes), bytes);
}

// IPv6 headers have no checksum.
bool is_header_ok(const Packet& packet) {
  return packet.source.is_v6() || Checksum().add(packet.network).finish() == 0;
}

}  // namespace

std::uint16_t Packet::sum_with_pseudo_header(Bytes bytes, std::size_t length) const {
  return Checksum().add_pseudo_header(source, destination, protocol, length).add(bytes).finish();
}

std::optional<Packet> Packet::parse(Bytes frame, Link link) {
  if (link == Link::kRawIp) return parse_ip(frame);
  const auto ethernet = EthernetView::parse(frame);
  if (!ethernet) return std::nullopt;
  const Bytes payload = ethernet->payload();
  const EtherType claimed = is_version(payload, 6) ? EtherType::kIpv6 : EtherType::kIpv4;
  if (ethernet->type() != claimed) return std::nullopt;
  auto packet = parse_ip(payload);
  if (!packet) return std::nullopt;
  packet->source_mac = ethernet->source();
  packet->destination_mac = ethernet->destination();
  return packet;
}

std::optional<Packet> Packet::parse_quoted(Bytes beginning) {
  return is_version(beginning, 6) ? from(Ipv6View::parse_quoted(beginning), beginning)
                                  : from(Ipv4View::parse_quoted(beginning), beginning);
}

bool Packet::checksums_ok() const {
  if (!is_header_ok(*this)) return false;
  if (is_fragment) return true;
  switch (protocol) {
    case Protocol::kTcp:
    case Protocol::kIcmpv6:
      return sum_with_pseudo_header(transport, transport.size()) == 0;
    case Protocol::kUdp: {
      const std::optional<UdpView> udp = UdpView::parse(transport);
      if (!udp) return false;
      const bool has_none = udp->checksum() == 0 && source.is_v4();
      return has_none || sum_with_pseudo_header(udp->bytes(), udp->bytes().size()) == 0;
    }
    case Protocol::kSctp: {
      const std::optional<SctpView> sctp = SctpView::parse(transport);
      return sctp && sctp->is_checksum_right();
    }
    case Protocol::kIcmp:
      return Checksum().add(transport).finish() == 0;
    default:
      return true;
  }
}

bool Packet::has_unfinished_checksum() const {
  if (!is_header_ok(*this)) return false;
  if (protocol == Protocol::kSctp) {
    const std::optional<SctpView> sctp = SctpView::parse(transport);
    return sctp && sctp->checksum() == 0;
  }
  std::optional<std::uint16_t> checksum;
  if (const auto tcp = TcpView::parse(transport); tcp && protocol == Protocol::kTcp) {
    checksum = tcp->checksum();
  }
  if (const auto udp = UdpView::parse(transport); udp && protocol == Protocol::kUdp) {
    checksum = udp->checksum();
  }
  return checksum == static_cast<std::uint16_t>(~sum_with_pseudo_header({}, transport.size()));
}

}  // namespace masscan::wire
