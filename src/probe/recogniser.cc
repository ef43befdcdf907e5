#include "probe/recogniser.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "record/cause.h"
#include "wire/icmpv6.h"

namespace masscan::probe {
namespace {

using record::Cause;
using wire::Protocol;

// Causes by the code of an unreachable error (RFC 1812, 5.2.7.1; RFC 4443, 3.1). The other codes
// mean that the probe was malformed or too long.
constexpr std::array<Cause, 16> kUnreachableV4 = {Cause::kNetUnreachable,
                                                  Cause::kHostUnreachable,
                                                  Cause::kProtocolUnreachable,
                                                  Cause::kPortUnreachable,
                                                  Cause::kNone,
                                                  Cause::kNone,
                                                  Cause::kNone,
                                                  Cause::kNone,
                                                  Cause::kNone,
                                                  Cause::kNetProhibited,
                                                  Cause::kHostProhibited,
                                                  Cause::kNone,
                                                  Cause::kNone,
                                                  Cause::kAdminProhibited,
                                                  Cause::kNone,
                                                  Cause::kNone};
constexpr std::array<Cause, 7> kUnreachableV6 = {
    Cause::kNoRoute,         Cause::kAdminProhibited,
    Cause::kBeyondScope,     Cause::kAddressUnreachable,
    Cause::kPortUnreachable, Cause::kAdminProhibited,
    Cause::kRejectRoute};

// Returns what an ICMP error says about a probe; kNone if it is no error or says nothing.
Cause cause_v4(const wire::IcmpView& message) {
  if (message.type() == wire::icmp_type::kTimeExceeded) return Cause::kTimeExceeded;
  if (message.type() != wire::icmp_type::kDestinationUnreachable) return Cause::kNone;
  return message.code() < kUnreachableV4.size() ? kUnreachableV4[message.code()] : Cause::kNone;
}

// An unknown code is treated as unreachable (RFC 4443, 3.1); an unknown next header is how ICMPv6
// says that the host lacks the protocol.
Cause cause_v6(const wire::IcmpView& message) {
  constexpr std::uint8_t kUnknownNextHeader = 1;
  if (message.type() == wire::icmpv6_type::kTimeExceeded) return Cause::kTimeExceeded;
  if (message.type() == wire::icmpv6_type::kParameterProblem) {
    return message.code() == kUnknownNextHeader ? Cause::kProtocolUnreachable : Cause::kNone;
  }
  if (message.type() != wire::icmpv6_type::kDestinationUnreachable) return Cause::kNone;
  return message.code() < kUnreachableV6.size() ? kUnreachableV6[message.code()]
                                                : Cause::kUnreachable;
}

Cause cause_of(const wire::Packet& packet, const wire::IcmpView& message) {
  return packet.destination.is_v4() ? cause_v4(message) : cause_v6(message);
}

bool is_icmp(const wire::Packet& packet) {
  return packet.protocol == (packet.destination.is_v4() ? Protocol::kIcmp : Protocol::kIcmpv6);
}

}  // namespace

Recogniser::Recogniser(Cookie cookie, SourceSet sources, std::span<const Kind* const> kinds,
                       const ProbeSettings& settings)
    : cookie_(cookie), sources_(std::move(sources)), settings_(settings) {
  std::ranges::copy_if(kinds, std::back_inserter(kinds_), &Kind::has_frames);
}

// Returns null if no kind has packets of this protocol.
const Kind* Recogniser::find(const wire::Packet& packet,
                             const net::PacketPattern& (Kind::*pattern)(net::Family) const) const {
  for (const Kind* kind : kinds_) {
    const net::PacketPattern& of_kind = (kind->*pattern)(packet.source.family());
    if (of_kind.protocol == static_cast<std::uint8_t>(packet.protocol)) return kind;
  }
  return nullptr;
}

// An error is sent to the source of the packet it quotes.
Claim Recogniser::read_error(const wire::Packet& packet, const wire::IcmpView& message) const {
  const auto quoted = wire::Packet::parse_quoted(message.body());
  if (!quoted) return Claim::bad();
  const Kind* const kind = find(*quoted, &Kind::probe_pattern);
  if (kind == nullptr || quoted->source != packet.destination) return Claim::foreign();
  Claim claim = kind->read_quote(*quoted, settings_);
  const Cause cause = cause_of(packet, message);
  Reply& reply = claim.verdict.reply;
  reply.state =
      packet.source == quoted->destination ? kind->state_of(cause) : record::PortState::kFiltered;
  reply.ttl = packet.ttl;
  reply.cause = cause;
  return claim;
}

Claim Recogniser::read_reply(const wire::Packet& packet) const {
  const Kind* const kind = find(packet, &Kind::reply_pattern);
  if (kind == nullptr) return Claim::foreign();
  const net::PacketPattern& pattern = kind->reply_pattern(packet.source.family());
  const auto our_port = pattern.port_of(pattern.protocol, packet.transport);
  if (our_port && !sources_.owns_port(*our_port)) return Claim::foreign();
  return kind->read_reply(packet, settings_);
}

Claim Recogniser::read(const wire::Packet& packet) const {
  if (!is_icmp(packet)) return read_reply(packet);
  const auto message = wire::IcmpView::parse(packet.transport);
  if (!message) return Claim::bad();
  return cause_of(packet, *message) != Cause::kNone ? read_error(packet, *message)
                                                    : read_reply(packet);
}

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
