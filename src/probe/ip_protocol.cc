#include "probe/ip_protocol.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "probe/icmp.h"
#include "probe/sctp.h"
#include "probe/tcp_syn.h"
#include "wire/checksum.h"
#include "wire/icmpv6.h"
#include "wire/udp.h"

namespace masscan::probe {
namespace {

using namespace std::literals;
using wire::Protocol;

constexpr std::string_view kZeros = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv;

// The packet of a protocol that has no kind of its own, and where its fields are.
struct Contents {
  std::uint8_t protocol;
  std::string_view bytes;
  PreparedFrame::Fields at;
};

// ICMP over IPv6 and ICMPv6 over IPv4 have our port where a ping has it, because the filter of XDP
// does not distinguish families. GRE has a checksum, key and sequence number (RFC 2890); ESP and AH
// have our port in the SPI.
constexpr std::array<Contents, 6> kContents = {
    {{1, kZeros.substr(0, 12), {.ports = 4, .cookie = 8, .checksum = 2, .covers_addresses = false}},
     {17, kZeros.substr(0, 12), {.ports = 0, .cookie = 8, .checksum = 6, .is_never_zero = true}},
     {47,
      "\xb0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
      {.ports = 8, .cookie = 12, .checksum = 4, .covers_addresses = false}},
     {50,
      kZeros.substr(0, 16),
      {.ports = 0, .cookie = 4, .checksum = 8, .covers_addresses = false}},
     {51,
      "\x3b\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"sv,
      {.ports = 4, .cookie = 8, .checksum = 12, .covers_addresses = false}},
     {58,
      kZeros.substr(0, 12),
      {.ports = 4, .cookie = 8, .checksum = 2, .covers_addresses = false}}}};

// Of all other protocols. What is behind the cookie is a checksum, but nobody reads it.
constexpr Contents kUnknown = {
    0, kZeros.substr(0, 12), {.ports = 0, .cookie = 4, .checksum = 8, .covers_addresses = false}};

constexpr const Contents& contents_of(std::uint8_t protocol) {
  for (const Contents& contents : kContents) {
    if (contents.protocol == protocol) return contents;
  }
  return kUnknown;
}

constexpr bool is_ping(Protocol protocol, net::Family family) {
  return protocol == (family == net::Family::kIpv4 ? Protocol::kIcmp : Protocol::kIcmpv6);
}

// Returns the kind whose packets those of the protocol are; null if there is none.
constexpr const Kind* other_kind(Protocol protocol, net::Family family) {
  if (protocol == Protocol::kTcp) return &kTcpSyn;
  if (protocol == Protocol::kSctp) return &kSctp;
  return is_ping(protocol, family) ? &kIcmp : nullptr;
}

PreparedFrame prepare_contents(const FrameSettings& settings, net::Family family,
                               Protocol protocol) {
  const Contents& contents = contents_of(static_cast<std::uint8_t>(protocol));
  std::vector<std::byte> bytes(contents.bytes.size());
  std::ranges::copy(as_bytes(contents.bytes), bytes.begin());
  if (protocol == Protocol::kUdp) {
    wire::UdpHeader{}.emit(bytes, unspecified(family), unspecified(family));
  } else {
    store_be(MutableBytes(bytes), contents.at.checksum, wire::Checksum().add(bytes).finish());
  }
  return PreparedFrame::make(settings, family, protocol, bytes, contents.at);
}

// A ping has no place for the number of a port, which StampBatch sums: its complement cancels it.
PreparedFrame prepare_packet(const FrameSettings& settings, net::Family family, net::Port port,
                             unsigned /*request*/) {
  const auto protocol = static_cast<Protocol>(port.number);
  const Kind* const other = other_kind(protocol, family);
  if (other == nullptr) return prepare_contents(settings, family, protocol);
  PreparedFrame frame = other->prepare(settings, family, other->first_port(), 0);
  if (other == &kIcmp) {
    const std::uint64_t complement = static_cast<std::uint16_t>(~port.number);
    frame.transport_sum = static_cast<std::uint16_t>(
        ~wire::Checksum().add(std::uint64_t{frame.transport_sum}).add(complement).finish());
  }
  return frame;
}

// Turns what another kind says about a port into what it says about the protocol. TCP and SCTP are
// asked at the port with the number of the protocol.
Claim about_protocol(Claim claim, Protocol protocol) {
  const auto number = static_cast<std::uint16_t>(protocol);
  Reply& reply = claim.verdict.reply;
  if (claim.verdict.kind != Verdict::Kind::kReply) return claim;
  const bool has_port = reply.flow.port.transport != net::Transport::kIcmp;
  if (reply.flow.port.number != (has_port ? number : kEchoPort.number)) return Claim::foreign();
  reply.flow.port = {net::Transport::kIp, number};
  return claim;
}

Claim read_packet(const wire::Packet& packet, const ProbeSettings& settings) {
  const Kind* const other = other_kind(packet.protocol, packet.source.family());
  if (other == nullptr) return Claim::foreign();
  Claim claim = about_protocol(other->read_reply(packet, settings), packet.protocol);
  claim.verdict.reply.state = record::PortState::kOpen;
  claim.verdict.reply.cause = record::Cause::kProtocolResponse;
  return claim;
}

Claim read_quoted_packet(const wire::Packet& quoted, const ProbeSettings& settings) {
  const Kind* const other = other_kind(quoted.protocol, quoted.source.family());
  if (other != nullptr) return about_protocol(other->read_quote(quoted, settings), quoted.protocol);
  const PreparedFrame::Fields& at = contents_of(static_cast<std::uint8_t>(quoted.protocol)).at;
  constexpr std::size_t kWord = sizeof(std::uint32_t);
  if (quoted.transport.size() < std::max(at.ports, at.cookie) + kWord) return Claim::bad();
  const net::Port port{net::Transport::kIp, static_cast<std::uint16_t>(quoted.protocol)};
  return Claim::answer(
      {.flow = {.target = quoted.destination,
                .port = port,
                .source = {quoted.source, load_be<std::uint16_t>(quoted.transport, at.ports)}}},
      load_be<std::uint32_t>(quoted.transport, at.cookie));
}

// Where the other kinds have our port in a probe, and in a reply.
constexpr std::uint8_t kPingPortAt = 4;
constexpr std::uint8_t kProbePortAt = 0;
constexpr std::uint8_t kReplyPortAt = 2;

constexpr net::PacketPattern probe_pattern(std::uint8_t number, net::Family family) {
  const auto protocol = static_cast<Protocol>(number);
  net::PacketPattern pattern{.protocol = number, .port_at = kProbePortAt};
  if (is_ping(protocol, family)) {
    pattern.port_at = kPingPortAt;
  } else if (other_kind(protocol, family) == nullptr) {
    pattern.port_at = static_cast<std::uint8_t>(contents_of(number).at.ports);
  }
  return pattern;
}

// Only the protocols of other kinds have replies that are recognised.
constexpr net::PacketPattern reply_pattern(std::uint8_t number, net::Family family) {
  const auto protocol = static_cast<Protocol>(number);
  if (other_kind(protocol, family) == nullptr) return {};
  if (!is_ping(protocol, family)) return {.protocol = number, .port_at = kReplyPortAt};
  net::PacketPattern pattern{.protocol = number, .port_at = kPingPortAt};
  if (family == net::Family::kIpv6) pattern.type = wire::icmpv6_type::kEchoReply;
  return pattern;
}

constexpr Kind make_kind(std::uint8_t number) {
  constexpr auto kV4 = net::Family::kIpv4;
  constexpr auto kV6 = net::Family::kIpv6;
  return {.scan_name = "IPProto Scan",
          .ports_text = "O: (IP protocols)",
          .ports = {net::Transport::kIp, {number, number}},
          .patterns = {.reply_v4 = reply_pattern(number, kV4),
                       .reply_v6 = reply_pattern(number, kV6),
                       .probe_v4 = probe_pattern(number, kV4),
                       .probe_v6 = probe_pattern(number, kV6)},
          .prepare = prepare_packet,
          .read_reply = read_packet,
          .read_quote = read_quoted_packet,
          .closed_by = record::Cause::kProtocolUnreachable,
          .opened_by = record::Cause::kPortUnreachable};
}

constexpr std::array<Kind, 256> kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = make_kind(static_cast<std::uint8_t>(i));
  return kinds;
}();

}  // namespace

const Kind* ip_protocol_kind(std::uint16_t number) {
  return number < kKinds.size() ? &kKinds[number] : nullptr;
}

}  // namespace masscan::probe
