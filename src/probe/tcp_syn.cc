#include "probe/tcp_syn.h"

#include <optional>

#include "wire/ethernet.h"
#include "wire/tcp.h"

namespace masscan::probe {
namespace {

constexpr std::uint16_t kSynWindow = 1025;
constexpr PreparedFrame::Fields kTcpFields = {.ports = 0, .cookie = 4, .checksum = 16};
constexpr auto kTcpNumber = static_cast<std::uint8_t>(wire::Protocol::kTcp);
constexpr net::PacketPattern kTcpToUs = {.protocol = kTcpNumber, .port_at = 2};
constexpr net::PacketPattern kTcpFromUs = {.protocol = kTcpNumber, .port_at = 0};

PreparedFrame prepare_segment(const FrameSettings& settings, net::Family family,
                              const wire::TcpHeader& header) {
  std::array<std::byte, wire::TcpHeader::kMaxLength> memory{};
  const auto segment = MutableBytes(memory).first(header.length());
  header.emit(segment, unspecified(family), unspecified(family));
  return PreparedFrame::make(settings, family, wire::Protocol::kTcp, segment, kTcpFields);
}

PreparedFrame prepare_syn(const FrameSettings& settings, net::Family family, net::Port /*port*/,
                          unsigned /*request*/) {
  return prepare_segment(settings, family,
                         {.flags = wire::tcp_flag::kSyn,
                          .window = kSynWindow,
                          .options = settings.probes.tcp_options});
}

// Pads the frame over Ethernet and IPv4, as masscan does.
PreparedFrame prepare_reset(const FrameSettings& settings, net::Family family) {
  PreparedFrame frame = prepare_segment(settings, family, {.flags = wire::tcp_flag::kRst});
  const bool is_short = settings.link == net::LinkLayer::kEthernet && family == net::Family::kIpv4;
  if (is_short) frame.length = wire::kMinEthernetLength;
  return frame;
}

// Returns what an acknowledging segment says about the port; nullopt if it is no reply to a SYN.
std::optional<record::PortState> state_of(const wire::TcpView& segment) {
  if (segment.has_flags(wire::tcp_flag::kRst | wire::tcp_flag::kAck))
    return record::PortState::kClosed;
  if (segment.has_flags(wire::tcp_flag::kRst)) return std::nullopt;
  if (segment.has_flags(wire::tcp_flag::kSyn | wire::tcp_flag::kAck))
    return record::PortState::kOpen;
  return std::nullopt;
}

// SYN-ACK and RST acknowledge the cookie. A RST must never get a response.
Claim read_segment(const wire::Packet& packet, const ProbeSettings& /*settings*/) {
  const auto segment = wire::TcpView::parse(packet.transport);
  if (!segment) return Claim::bad();
  const auto state = state_of(*segment);
  if (!state) return Claim::foreign();
  Reply reply{.state = *state,
              .flow = {.target = packet.source,
                       .port = {net::Transport::kTcp, segment->source_port()},
                       .source = {packet.destination, segment->destination_port()}},
              .from = packet.source,
              .ttl = packet.ttl,
              .reason = segment->flags()};
  if (*state == record::PortState::kOpen) reply.ending = segment->acknowledgment();
  return Claim::answer(reply, segment->acknowledgment() - 1);
}

Claim read_quoted_syn(const wire::Packet& quoted, const ProbeSettings& /*settings*/) {
  const auto syn = wire::TcpQuote::parse(quoted.transport);
  if (!syn) return Claim::bad();
  return Claim::answer({.flow = {.target = quoted.destination,
                                 .port = {net::Transport::kTcp, syn->destination_port},
                                 .source = {quoted.source, syn->source_port}}},
                       syn->sequence);
}

}  // namespace

constinit const Kind kTcpSyn = {
    .scan_name = "SYN Stealth Scan",
    .ports_text = "TCP ports",
    .ports = {net::Transport::kTcp, {0, 65535}},
    .patterns = {.reply_v4 = kTcpToUs,
                 .reply_v6 = kTcpToUs,
                 .probe_v4 = kTcpFromUs,
                 .probe_v6 = kTcpFromUs,
                 .kernel_answers = true},
    .prepare = prepare_syn,
    .prepare_ending = prepare_reset,
    .read_reply = read_segment,
    .read_quote = read_quoted_syn,
};

}  // namespace masscan::probe
