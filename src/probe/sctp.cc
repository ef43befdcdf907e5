#include "probe/sctp.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "wire/sctp.h"

namespace masscan::probe {
namespace {

using namespace std::literals;

constexpr std::size_t kVerificationTagAt = 4;
constexpr std::size_t kInitiateTagAt = 16;
constexpr std::size_t kInitiateTagEnd = 20;
constexpr std::size_t kQuoteLength = 8;
constexpr std::size_t kIdentificationAt = 4;           // in the IPv4 header
constexpr std::uint32_t kIdentificationBits = 0xffff;  // of the cookie

// Type, flags, length; then a place for the tag, and masscan's numbers: a window of 32,768 bytes,
// 10 streams out and 2,048 in, the first TSN.
constexpr std::string_view kInit = "\1\0\0\x14\0\0\0\0\0\0\x80\0\0\x0a\x08\0\x46\x1a\xdf\x3d"sv;
constexpr std::string_view kCookieEcho = "\x0a\0\0\x08\0\0\0\0"sv;
constexpr std::string_view kAbort = "\x06\0\0\4"sv;

constexpr auto kNumber = static_cast<std::uint8_t>(wire::Protocol::kSctp);
constexpr net::PacketPattern kSctpToUs = {.protocol = kNumber, .port_at = 2};
constexpr net::PacketPattern kSctpFromUs = {.protocol = kNumber, .port_at = 0};

// Puts a chunk behind the common header; StampBatch fills in everything that is zero in it.
PreparedFrame prepare_chunk(const FrameSettings& settings, net::Family family,
                            std::string_view chunk, std::size_t cookie_at) {
  std::array<std::byte, wire::SctpHeader::kLength + kInit.size()> memory{};
  std::ranges::copy(as_bytes(chunk), memory.begin() + wire::SctpHeader::kLength);
  return PreparedFrame::make(settings, family, wire::Protocol::kSctp,
                             Bytes(memory).first(wire::SctpHeader::kLength + chunk.size()),
                             {.ports = 0,
                              .cookie = cookie_at,
                              .checksum = 8,
                              .covers_addresses = false,
                              .is_crc32c = true});
}

PreparedFrame prepare_probe(const FrameSettings& settings, net::Family family, net::Port /*port*/,
                            unsigned /*request*/) {
  return settings.probes.sctp_cookie_echo
             ? prepare_chunk(settings, family, kCookieEcho, kVerificationTagAt)
             : prepare_chunk(settings, family, kInit, kInitiateTagAt);
}

PreparedFrame prepare_abort(const FrameSettings& settings, net::Family family) {
  return prepare_chunk(settings, family, kAbort, kVerificationTagAt);
}

struct Meaning {
  std::uint8_t chunk_type;
  record::PortState state;
  record::Cause cause;
};
constexpr std::array<Meaning, 3> kMeanings = {
    {{wire::sctp_chunk::kInitAck, record::PortState::kOpen, record::Cause::kInitAck},
     {wire::sctp_chunk::kCookieAck, record::PortState::kOpen, record::Cause::kCookieAck},
     {wire::sctp_chunk::kAbort, record::PortState::kClosed, record::Cause::kAbort}}};

// An initiate tag of zero is not allowed (RFC 9260, 3.3.3), and an ABORT with it would be foreign.
Claim read_packet(const wire::Packet& packet, const ProbeSettings& /*settings*/) {
  const auto sctp = wire::SctpView::parse(packet.transport);
  if (!sctp) return Claim::bad();
  const auto meaning = std::ranges::find(kMeanings, sctp->chunk_type(), &Meaning::chunk_type);
  if (meaning == kMeanings.end()) return Claim::foreign();
  const wire::SctpHeader header = sctp->header();
  Reply reply{.state = meaning->state,
              .flow = {.target = packet.source,
                       .port = {net::Transport::kSctp, header.source_port},
                       .source = {packet.destination, header.destination_port}},
              .ttl = packet.ttl,
              .cause = meaning->cause};
  if (sctp->initiate_tag() != 0u) reply.ending = sctp->initiate_tag();
  return Claim::answer(reply, header.verification_tag);
}

// Eight bytes of an INIT are only ports and a verification tag of zero. The identification of IPv4
// then has a part of the cookie; errors of IPv6 quote as much as there is (RFC 4443, 2.4).
Claim read_quoted_probe(const wire::Packet& quoted, const ProbeSettings& /*settings*/) {
  const Bytes probe = quoted.transport;
  if (probe.size() < kQuoteLength) return Claim::bad();
  const auto port = load_be<std::uint16_t>(probe, 2);
  const Reply reply{.flow = {.target = quoted.destination,
                             .port = {net::Transport::kSctp, port},
                             .source = {quoted.source, load_be<std::uint16_t>(probe, 0)}}};
  const auto verification_tag = load_be<std::uint32_t>(probe, kVerificationTagAt);
  if (verification_tag != 0) return Claim::answer(reply, verification_tag);
  if (probe.size() >= kInitiateTagEnd) {
    return Claim::answer(reply, load_be<std::uint32_t>(probe, kInitiateTagAt));
  }
  if (quoted.destination.is_v6()) return Claim::foreign();
  const std::uint32_t cookie = load_be<std::uint16_t>(quoted.network, kIdentificationAt) ^ port ^
                               quoted.destination.v4().number();
  return Claim::answer(reply, cookie, kIdentificationBits);
}

}  // namespace

// An ICMP error about the port counts as in masscan; one about the protocol may be a firewall's.
constinit const Kind kSctp = {
    .scan_name = "SCTP Scan",
    .ports_text = "SCTP ports",
    .ports = {net::Transport::kSctp, {0, 65535}},
    .patterns = {.reply_v4 = kSctpToUs,
                 .reply_v6 = kSctpToUs,
                 .probe_v4 = kSctpFromUs,
                 .probe_v6 = kSctpFromUs,
                 .kernel_answers = true},
    .prepare = prepare_probe,
    .prepare_ending = prepare_abort,
    .read_reply = read_packet,
    .read_quote = read_quoted_probe,
    .closed_by = record::Cause::kPortUnreachable,
};

}  // namespace masscan::probe
