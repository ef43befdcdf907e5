#include "probe/recogniser.h"

#include <optional>
#include <utility>

#include "probe/kind.h"
#include "wire/icmp.h"
#include "wire/icmpv6.h"

namespace masscan::probe {
namespace {

using wire::Protocol;

// Unreachable codes that mean that the probe was rejected, not that it was malformed or too long:
// net, host, protocol and port, and the prohibitions of RFC 1812 (5.2.7.1).
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

bool is_icmp(const wire::Packet& packet) {
  return packet.protocol == (packet.destination.is_v4() ? Protocol::kIcmp : Protocol::kIcmpv6);
}

// Returns null if no kind of probe is answered (or, below, sent) in this protocol.
const Kind* kind_answered_in(const wire::Packet& packet) {
  for (const Kind* kind : kinds()) {
    const auto& pattern = kind->reply_pattern(packet.source.family());
    if (pattern.protocol == static_cast<std::uint8_t>(packet.protocol)) return kind;
  }
  return nullptr;
}

const Kind* kind_asked_in(const wire::Packet& probe) {
  for (const Kind* kind : kinds()) {
    const auto& pattern = kind->probe_pattern(probe.source.family());
    if (pattern.protocol == static_cast<std::uint8_t>(probe.protocol)) return kind;
  }
  return nullptr;
}

Claim read_error(const wire::Packet& packet, const wire::IcmpView& message) {
  const auto quoted = wire::Packet::parse_quoted(message.body());
  if (!quoted) return Claim::bad();
  // An error is sent to the source of the packet it quotes.
  const Kind* const kind = kind_asked_in(*quoted);
  if (kind == nullptr || quoted->source != packet.destination) return Claim::foreign();
  Claim claim = kind->read_quote(*quoted);
  claim.verdict.reply.kind = Reply::Kind::kFiltered;
  claim.verdict.reply.from = packet.source;
  claim.verdict.reply.ttl = packet.ttl;
  return claim;
}

Claim read(const wire::Packet& packet) {
  if (is_icmp(packet)) {
    const auto message = wire::IcmpView::parse(packet.transport);
    if (!message) return Claim::bad();
    if (is_filtering_error(packet.protocol, *message)) return read_error(packet, *message);
  }
  const Kind* const kind = kind_answered_in(packet);
  return kind == nullptr ? Claim::foreign() : kind->read_reply(packet);
}

}  // namespace

Recogniser::Recogniser(Cookie cookie, SourceSet sources)
    : cookie_(cookie), sources_(std::move(sources)) {}

Verdict Recogniser::recognise(const wire::Packet& packet) const {
  return sources_.owns(packet.destination) ? judge(read(packet)) : Verdict{};
}

// The first test avoids hashing for most unrelated packets.
Verdict Recogniser::judge(const Claim& claim) const {
  if (claim.verdict.kind != Verdict::Kind::kReply) return claim.verdict;
  const Flow& flow = claim.verdict.reply.flow;
  if (!sources_.owns_port(flow.source.port)) return {};
  const std::uint64_t cookie = cookie_(flow.target, flow.port);
  const bool is_right = ((carried_part(cookie) ^ claim.cookie) & claim.cookie_bits) == 0 &&
                        sources_.choose(flow.target.family(), cookie) == flow.source;
  return is_right ? claim.verdict : Verdict{};
}

}  // namespace masscan::probe
