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
