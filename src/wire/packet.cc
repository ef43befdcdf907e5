#include "wire/packet.h"

#include "wire/checksum.h"
#include "wire/ethernet.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"

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
  if (source.is_v4() && Checksum().add(network).finish() != 0) return false;
  Checksum sum;
  if (protocol == Protocol::kTcp || protocol == Protocol::kIcmpv6) {
    sum.add_pseudo_header(source, destination, protocol, transport.size());
  } else if (protocol != Protocol::kIcmp) {
    return true;
  }
  return sum.add(transport).finish() == 0;
}

}  // namespace masscan::wire
