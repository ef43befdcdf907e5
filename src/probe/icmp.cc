#include "probe/icmp.h"

#include <algorithm>
#include <array>

#include "wire/icmp.h"
#include "wire/icmpv6.h"

namespace masscan::probe {
namespace {

constexpr std::size_t kIdentifierAt = 4;
constexpr std::size_t kCookieAt = 6;
constexpr std::size_t kCookieEnd = 10;
constexpr std::uint32_t kSequenceBits = 0xffff0000;  // of the cookie
constexpr auto kIcmpNumber = static_cast<std::uint8_t>(wire::Protocol::kIcmp);
constexpr auto kIcmpv6Number = static_cast<std::uint8_t>(wire::Protocol::kIcmpv6);

// What one port asks, and what answers it.
struct Question {
  std::uint16_t port;
  std::uint8_t request;
  std::uint8_t reply;
  std::size_t length;         // of the message
  std::uint32_t cookie_bits;  // that the reply returns
  record::Cause cause;
};

// A host overwrites the mask, which has the place of the cookie's other bits (RFC 950).
constexpr std::array<Question, 3> kQuestionsV4 = {
    {{kEchoPort.number, wire::icmp_type::kEchoRequest, wire::icmp_type::kEchoReply, 56, ~0u,
      record::Cause::kEchoReply},
     {kTimestampPort.number, wire::icmp_type::kTimestampRequest, wire::icmp_type::kTimestampReply,
      20, ~0u, record::Cause::kTimestampReply},
     {kAddressMaskPort.number, wire::icmp_type::kAddressMaskRequest,
      wire::icmp_type::kAddressMaskReply, 12, kSequenceBits, record::Cause::kAddressMaskReply}}};
constexpr std::array<Question, 1> kQuestionsV6 = {
    {{kEchoPort.number, wire::icmpv6_type::kEchoRequest, wire::icmpv6_type::kEchoReply, 56, ~0u,
      record::Cause::kEchoReply}}};

std::span<const Question> questions(net::Family family) {
  if (family == net::Family::kIpv4) return kQuestionsV4;
  return kQuestionsV6;
}

// Returns null if there is none. `field` is what identifies a question.
template <typename T>
const Question* find_question(net::Family family, T Question::*field, T value) {
  const auto all = questions(family);
  const auto found = std::ranges::find(all, value, field);
  return found == all.end() ? nullptr : &*found;
}

net::Port port_of(const Question& question) { return {net::Transport::kIcmp, question.port}; }

unsigned one_request(const ProbeSettings& /*settings*/, std::uint16_t /*port*/) { return 1; }

// The payload of an echo request is masscan's, the numbers from 8 on; the cookie replaces its first
// two bytes. The other messages are zero behind the cookie. StampBatch sums the number of the port,
// which the cookie overwrites; its complement there cancels it. Over IPv6 every template is an echo
// request; the other ports are not asked.
PreparedFrame prepare_request(const FrameSettings& settings, net::Family family, net::Port port,
                              unsigned /*request*/) {
  const Question* const known = find_question(family, &Question::port, port.number);
  const Question& question = known != nullptr ? *known : questions(family).front();
  std::array<std::byte, kQuestionsV4.front().length> memory{};
  const MutableBytes message = MutableBytes(memory).first(question.length);
  if (question.port == kEchoPort.number) {
    for (std::size_t i = kCookieEnd; i < message.size(); ++i) message[i] = std::byte(i);
  }
  const bool is_v4 = family == net::Family::kIpv4;
  const wire::IcmpHeader header{.type = question.request,
                                .rest = static_cast<std::uint16_t>(~question.port)};
  if (is_v4) {
    header.emit(message);
  } else {
    header.emit(message, net::Ipv6Address(), net::Ipv6Address());
  }
  return PreparedFrame::make(settings, family,
                             is_v4 ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6, message,
                             {.ports = kIdentifierAt,
                              .cookie = kCookieAt,
                              .cookie_bits = question.cookie_bits,
                              .checksum = 2,
                              .covers_addresses = !is_v4});
}

// Only the bits of the cookie that are there and are known are compared.
Claim claim(const Reply& reply, Bytes message, const Question& question) {
  if (message.size() >= kCookieEnd) {
    return Claim::answer(reply, load_be<std::uint32_t>(message, kCookieAt), question.cookie_bits);
  }
  const std::uint32_t sequence = load_be<std::uint16_t>(message, kCookieAt);
  return Claim::answer(reply, sequence << 16, kSequenceBits);
}

// A host returns what was sent (RFC 792, RFC 4443); only the cookie is compared.
Claim read_message(const wire::Packet& packet, const ProbeSettings& /*settings*/) {
  const auto message = wire::IcmpView::parse(packet.transport);
  if (!message) return Claim::bad();
  const Question* const question =
      find_question(packet.source.family(), &Question::reply, message->type());
  if (question == nullptr || packet.transport.size() < kCookieEnd) return Claim::foreign();
  const auto identifier = load_be<std::uint16_t>(packet.transport, kIdentifierAt);
  return claim({.state = record::PortState::kOpen,
                .flow = {.target = packet.source,
                         .port = port_of(*question),
                         .source = {packet.destination, identifier}},
                .ttl = packet.ttl,
                .cause = question->cause},
               packet.transport, *question);
}

// Many routers quote only the first eight bytes, with half of the cookie.
Claim read_quoted_request(const wire::Packet& quoted, const ProbeSettings& /*settings*/) {
  const Bytes message = quoted.transport;
  if (message.size() < wire::IcmpHeader::kLength) return Claim::bad();
  const Question* const question =
      find_question(quoted.source.family(), &Question::request, load_be<std::uint8_t>(message));
  if (question == nullptr) return Claim::foreign();
  const auto identifier = load_be<std::uint16_t>(message, kIdentifierAt);
  return claim({.flow = {.target = quoted.destination,
                         .port = port_of(*question),
                         .source = {quoted.source, identifier}}},
               message, *question);
}

}  // namespace

// The three replies of IPv4 have different types, but filters tell only one kind from others: they
// look at the identifier alone.
constinit const Kind kIcmp = {
    .scan_name = "ICMP Scan",
    .ports_text = "I:0 (ICMP echo), I:1 (timestamp), I:3 (address mask)",
    .ports = {net::Transport::kIcmp, {kEchoPort.number, kAddressMaskPort.number}},
    .ipv4_only = net::PortRange{kTimestampPort.number, kAddressMaskPort.number},
    .patterns = {.reply_v4 = {.protocol = kIcmpNumber, .port_at = kIdentifierAt},
                 .reply_v6 = {.protocol = kIcmpv6Number,
                              .type = wire::icmpv6_type::kEchoReply,
                              .port_at = kIdentifierAt},
                 .probe_v4 = {.protocol = kIcmpNumber, .port_at = kIdentifierAt},
                 .probe_v6 = {.protocol = kIcmpv6Number,
                              .type = wire::icmpv6_type::kEchoRequest,
                              .port_at = kIdentifierAt}},
    .requests = one_request,
    .prepare = prepare_request,
    .read_reply = read_message,
    .read_quote = read_quoted_request,
};

}  // namespace masscan::probe
