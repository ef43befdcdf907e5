#include "wire/packet.h"

#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/tcp.h"

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
  Checksum sum;
  if (protocol == Protocol::kTcp || protocol == Protocol::kIcmpv6) {
    sum.add_pseudo_header(source, destination, protocol, transport.size());
  } else if (protocol != Protocol::kIcmp) {
    return true;
  }
  return sum.add(transport).finish() == 0;
}

bool Packet::has_unfinished_checksum() const {
  if (protocol != Protocol::kTcp || !is_header_ok(*this)) return false;
  const std::optional<TcpView> tcp = TcpView::parse(transport);
  Checksum sum;
  sum.add_pseudo_header(source, destination, protocol, transport.size());
  return tcp && tcp->checksum() == static_cast<std::uint16_t>(~sum.finish());
}

}  // namespace masscan::wire
