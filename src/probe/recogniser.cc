#include "probe/recogniser.h"

#include <optional>
#include <utility>

#include "wire/icmp.h"
#include "wire/icmpv6.h"
#include "wire/tcp.h"

namespace masscan::probe {
namespace {

using wire::Protocol;

constexpr Verdict kForeign{Verdict::Kind::kForeign, {}};
constexpr Verdict kBad{Verdict::Kind::kBad, {}};

// What an acknowledging segment says about the port; nothing if it is no answer to a SYN.
std::optional<Reply::Kind> kind_of(const wire::TcpView& segment) {
  if (segment.has_flags(wire::tcp_flag::kRst | wire::tcp_flag::kAck)) return Reply::Kind::kClosed;
  if (segment.has_flags(wire::tcp_flag::kRst)) return std::nullopt;
  if (segment.has_flags(wire::tcp_flag::kSyn | wire::tcp_flag::kAck)) return Reply::Kind::kOpen;
  return std::nullopt;
}

// Unreachable codes that mean the probe was turned away, not that it was wrong or too long: net,
// host, protocol and port, and the prohibitions of RFC 1812 (5.2.7.1).
bool means_filtered(std::uint8_t unreachable_code) {
  constexpr std::uint32_t kCodes = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 9 | 1 << 10 | 1 << 13;
  return unreachable_code < 32 && (kCodes >> unreachable_code & 1) != 0;
}

bool is_filtering_error(Protocol protocol, const wire::IcmpView& message) {
  if (protocol == Protocol::kIcmpv6) {
    return message.type() == wire::icmpv6_type::kDestinationUnreachable ||
           message.type() == wire::icmpv6_type::kTimeExceeded;
  }
  return message.type() == wire::icmp_type::kTimeExceeded ||
         (message.type() == wire::icmp_type::kDestinationUnreachable &&
          means_filtered(message.code()));
}

}  // namespace

Recogniser::Recogniser(Cookie cookie, SourceSet sources)
    : cookie_(cookie), sources_(std::move(sources)) {}

Verdict Recogniser::recognise(const wire::Packet& packet) const {
  if (!sources_.owns(packet.destination)) return kForeign;
  if (packet.protocol == Protocol::kTcp) return recognise_tcp(packet);
  const Protocol errors = packet.destination.is_v4() ? Protocol::kIcmp : Protocol::kIcmpv6;
  return packet.protocol == errors ? recognise_error(packet) : kForeign;
}

Verdict Recogniser::recognise_tcp(const wire::Packet& packet) const {
  const auto segment = wire::TcpView::parse(packet.transport);
  if (!segment) return kBad;
  const auto kind = kind_of(*segment);
  if (!kind) return kForeign;
  const Flow flow{.target = packet.source,
                  .port = {net::Transport::kTcp, segment->source_port()},
                  .source = {packet.destination, segment->destination_port()}};
  if (!is_ours(flow, segment->acknowledgment() - 1)) return kForeign;
  return {Verdict::Kind::kReply,
          {.kind = *kind,
           .flow = flow,
           .from = packet.source,
           .ttl = packet.ttl,
           .tcp_flags = segment->flags(),
           .acknowledgment = segment->acknowledgment()}};
}

Verdict Recogniser::recognise_error(const wire::Packet& packet) const {
  const auto message = wire::IcmpView::parse(packet.transport);
  if (!message) return kBad;
  if (!is_filtering_error(packet.protocol, *message)) return kForeign;
  const auto quoted = wire::Packet::parse_quoted(message->body());
  if (!quoted) return kBad;
  // Errors go to whom they quote.
  if (quoted->source != packet.destination || quoted->protocol != Protocol::kTcp) return kForeign;
  const auto probe = wire::TcpQuote::parse(quoted->transport);
  if (!probe) return kBad;
  const Flow flow{.target = quoted->destination,
                  .port = {net::Transport::kTcp, probe->destination_port},
                  .source = {quoted->source, probe->source_port}};
  if (!is_ours(flow, probe->sequence)) return kForeign;
  return {Verdict::Kind::kReply,
          {.kind = Reply::Kind::kFiltered, .flow = flow, .from = packet.source, .ttl = packet.ttl}};
}

// The first test spares most of the others' traffic the hashing.
bool Recogniser::is_ours(const Flow& flow, std::uint32_t sequence) const {
  if (!sources_.owns_port(flow.source.port)) return false;
  const std::uint64_t cookie = cookie_(flow.target, flow.port);
  return sequence_of(cookie) == sequence &&
         sources_.choose(flow.target.family(), cookie) == flow.source;
}

}  // namespace masscan::probe
