#include "probe/tcp_syn.h"

#include <array>
#include <optional>

#include "probe/tcp_segment.h"
#include "wire/ethernet.h"

namespace masscan::probe {
namespace {

using namespace wire::tcp_flag;

PreparedFrame prepare_syn(const FrameSettings& settings, net::Family family, net::Port /*port*/,
                          unsigned /*request*/) {
  return prepare_probe(settings, family, kSyn);
}

// Pads the frame over Ethernet and IPv4, as masscan does. Its checksum is right even if those of
// probes are not, so that it ends the connection.
PreparedFrame prepare_reset(const FrameSettings& settings, net::Family family) {
  FrameSettings right = settings;
  right.probes.bad_checksum = false;
  std::array<std::byte, wire::TcpHeader::kMinLength> segment{};
  wire::TcpHeader{.flags = kRst}.emit(segment, unspecified(family), unspecified(family));
  PreparedFrame frame = PreparedFrame::make(right, family, wire::Protocol::kTcp, segment,
                                            {.ports = 0, .cookie = 4, .checksum = 16});
  const bool is_short = settings.link == net::LinkLayer::kEthernet && family == net::Family::kIpv4;
  if (is_short) frame.length = wire::kMinEthernetLength;
  return frame;
}

// Returns the sign of a fake that a single SYN-ACK shows.
record::Suspect suspect_of(const wire::TcpView& segment, const wire::TcpOptions& options,
                           const ProbeSettings& settings) {
  const std::uint32_t isn = segment.sequence();
  const std::uint32_t ours = segment.acknowledgment() - 1;
  if (segment.window() == 0) return record::Suspect::kZeroWindow;
  if (isn == 0 || isn == ours || isn == ours + 1) return record::Suspect::kCopiedIsn;
  const bool lacks_options =
      settings.tcp_options != wire::TcpOptions{} && options == wire::TcpOptions{};
  return lacks_options ? record::Suspect::kNoOptions : record::Suspect::kNone;
}

// Services of one host share a stack, whose SYN-ACKs differ from those of a proxy.
std::uint16_t hash_stack(const wire::TcpView& segment, const wire::TcpOptions& options) {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
  std::uint64_t traits = segment.window();
  traits = traits << 16 | options.mss.value_or(0);
  traits = traits << 8 | options.window_scale.value_or(0xff);
  traits = traits << 1 | (options.sack_permitted ? 1 : 0);
  traits = traits << 1 | (options.timestamp ? 1 : 0);
  return static_cast<std::uint16_t>(traits * kGoldenRatio >> 48);
}

void describe_stack(const wire::TcpView& segment, const ProbeSettings& settings, Reply& reply) {
  const wire::TcpOptions options = segment.options();
  const std::uint32_t isn = segment.sequence();
  reply.suspect = suspect_of(segment, options, settings);
  reply.isn_hash = static_cast<std::uint8_t>(isn ^ isn >> 8 ^ isn >> 16 ^ isn >> 24);
  reply.stack_hash = hash_stack(segment, options);
}

// A SYN-ACK acknowledges the SYN alone: data in it is not accepted before the handshake is complete
// (RFC 9293, 3.10.7.2). A RST must never get a response.
Claim read_segment(const wire::Packet& packet, const ProbeSettings& settings) {
  const auto segment = wire::TcpView::parse(packet.transport);
  if (!segment) return Claim::bad();
  if (const auto cookie = reset_cookie(*segment, settings, kSyn)) {
    return Claim::answer(reply_from(packet, *segment, record::PortState::kClosed), *cookie);
  }
  if (segment->has_flags(kRst) || !segment->has_flags(kSyn | kAck)) return Claim::foreign();
  Reply reply = reply_from(packet, *segment, record::PortState::kOpen);
  reply.ending = segment->acknowledgment();
  describe_stack(*segment, settings, reply);
  return Claim::answer(reply, segment->acknowledgment() - 1);
}

}  // namespace

constinit const Kind kTcpSyn = {
    .scan_name = "SYN Stealth Scan",
    .ports_text = "TCP ports",
    .ports = kTcpPorts,
    .patterns = kTcpPatterns,
    .prepare = prepare_syn,
    .prepare_ending = prepare_reset,
    .read_reply = read_segment,
    .read_quote = read_quoted_segment,
};

}  // namespace masscan::probe
