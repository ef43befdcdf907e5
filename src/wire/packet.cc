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

std::optional<Packet> from_ipv4(Bytes bytes, const std::optional<Ipv4View>& ip) {
  if (!ip || ip->is_fragment()) return std::nullopt;
  Packet packet;
  packet.source = ip->source();
  packet.destination = ip->destination();
  packet.ttl = ip->ttl();
  packet.protocol = ip->protocol();
  packet.transport = ip->payload();
  packet.network = bytes.first(ip->header_length());
  return packet;
}

std::optional<Packet> from_ipv6(Bytes bytes, const std::optional<Ipv6View>& ip) {
  if (!ip) return std::nullopt;
  Packet packet;
  packet.source = ip->source();
  packet.destination = ip->destination();
  packet.ttl = ip->hop_limit();
  packet.protocol = ip->protocol();
  packet.transport = ip->payload();
  packet.network = bytes.first(Ipv6Header::kLength);
  return packet;
}

bool is_version(Bytes packet, int version) {
  return !packet.empty() && load_be<std::uint8_t>(packet) >> 4 == version;
}

std::optional<Packet> parse_ip(Bytes bytes) {
  return is_version(bytes, 6) ? from_ipv6(bytes, Ipv6View::parse(bytes))
                              : from_ipv4(bytes, Ipv4View::parse(bytes));
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
  return is_version(beginning, 6) ? from_ipv6(beginning, Ipv6View::parse_quoted(beginning))
                                  : from_ipv4(beginning, Ipv4View::parse_quoted(beginning));
}

bool Packet::checksums_ok() const {
  if (!is_header_ok(*this)) return false;
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
