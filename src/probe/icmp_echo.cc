#include "probe/icmp_echo.h"

#include "wire/icmp.h"
#include "wire/icmpv6.h"

namespace masscan::probe {
namespace {

constexpr std::size_t kIdentifierAt = 4;
constexpr std::size_t kCookieAt = 6;
constexpr std::size_t kCookieEnd = 10;
constexpr std::size_t kPayloadBytes = 48;
constexpr std::uint32_t kSequenceBits = 0xffff0000;  // of the cookie
constexpr net::Port kPort = {net::Transport::kIcmp, 0};

constexpr net::PacketPattern pattern(wire::Protocol protocol, std::uint8_t type) {
  return {.protocol = static_cast<std::uint8_t>(protocol), .type = type, .port_at = kIdentifierAt};
}

// The payload is masscan's, the numbers from 8 on; the cookie replaces its first two bytes.
PreparedFrame prepare_request(const FrameSettings& settings, net::Family family, net::Port /*port*/,
                              unsigned /*request*/) {
  std::array<std::byte, wire::IcmpHeader::kLength + kPayloadBytes> memory{};
  const MutableBytes message = memory;
  for (std::size_t i = kCookieEnd; i < message.size(); ++i) message[i] = std::byte(i);
  const bool is_v4 = family == net::Family::kIpv4;
  if (is_v4) {
    wire::IcmpHeader{.type = wire::icmp_type::kEchoRequest}.emit(message);
  } else {
    wire::IcmpHeader{.type = wire::icmpv6_type::kEchoRequest}.emit(message, net::Ipv6Address(),
                                                                   net::Ipv6Address());
  }
  return PreparedFrame::make(
      settings, family, is_v4 ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6, message,
      {.ports = kIdentifierAt, .cookie = kCookieAt, .checksum = 2, .covers_addresses = !is_v4});
}

// A host returns what was sent (RFC 792, RFC 4443); only the cookie is compared.
Claim read_message(const wire::Packet& packet, const ProbeSettings& /*settings*/) {
  const auto message = wire::IcmpView::parse(packet.transport);
  if (!message) return Claim::bad();
  const std::uint8_t reply_type =
      packet.source.is_v4() ? wire::icmp_type::kEchoReply : wire::icmpv6_type::kEchoReply;
  if (message->type() != reply_type || packet.transport.size() < kCookieEnd) {
    return Claim::foreign();
  }
  const auto identifier = load_be<std::uint16_t>(packet.transport, kIdentifierAt);
  return Claim::answer(
      {.state = record::PortState::kOpen,
       .flow = {.target = packet.source, .port = kPort, .source = {packet.destination, identifier}},
       .from = packet.source,
       .ttl = packet.ttl,
       .cause = record::Cause::kEchoReply},
      load_be<std::uint32_t>(packet.transport, kCookieAt));
}

// Many routers quote only the first eight bytes, with half of the cookie.
Claim read_quoted_request(const wire::Packet& quoted, const ProbeSettings& /*settings*/) {
  const Bytes message = quoted.transport;
  if (message.size() < wire::IcmpHeader::kLength) return Claim::bad();
  const std::uint8_t request_type =
      quoted.source.is_v4() ? wire::icmp_type::kEchoRequest : wire::icmpv6_type::kEchoRequest;
  if (load_be<std::uint8_t>(message) != request_type) return Claim::foreign();
  const Reply reply{
      .flow = {.target = quoted.destination,
               .port = kPort,
               .source = {quoted.source, load_be<std::uint16_t>(message, kIdentifierAt)}}};
  if (message.size() >= kCookieEnd) {
    return Claim::answer(reply, load_be<std::uint32_t>(message, kCookieAt));
  }
  const std::uint32_t sequence = load_be<std::uint16_t>(message, kCookieAt);
  return Claim::answer(reply, sequence << 16, kSequenceBits);
}

}  // namespace

constinit const Kind kIcmpEcho = {
    .scan_name = "ICMP Echo Scan",
    .ports_text = "I:0 (ICMP echo)",
    .ports = {kPort.transport, {kPort.number, kPort.number}},
    .patterns = {.reply_v4 = pattern(wire::Protocol::kIcmp, wire::icmp_type::kEchoReply),
                 .reply_v6 = pattern(wire::Protocol::kIcmpv6, wire::icmpv6_type::kEchoReply),
                 .probe_v4 = pattern(wire::Protocol::kIcmp, wire::icmp_type::kEchoRequest),
                 .probe_v6 = pattern(wire::Protocol::kIcmpv6, wire::icmpv6_type::kEchoRequest)},
    .prepare = prepare_request,
    .read_reply = read_message,
    .read_quote = read_quoted_request,
};

}  // namespace masscan::probe
