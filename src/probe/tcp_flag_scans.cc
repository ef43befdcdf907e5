#include "probe/tcp_flag_scans.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "probe/tcp_segment.h"
#include "probe/tcp_syn.h"

namespace masscan::probe {
namespace {

using namespace wire::tcp_flag;
using record::PortState;

// Each returns what a RST says about the port.
PortState unfiltered(const wire::TcpView& /*reset*/) { return PortState::kUnfiltered; }
PortState closed(const wire::TcpView& /*reset*/) { return PortState::kClosed; }
// Some systems set the window in a RST of an open port only.
PortState by_window(const wire::TcpView& reset) {
  return reset.window() != 0 ? PortState::kOpen : PortState::kClosed;
}

template <std::uint8_t flags>
PreparedFrame prepare(const FrameSettings& settings, net::Family family, net::Port /*port*/,
                      unsigned /*request*/) {
  return prepare_probe(settings, family, flags);
}

template <std::uint8_t flags, PortState (*state_of)(const wire::TcpView&)>
Claim read_reset(const wire::Packet& packet, const ProbeSettings& settings) {
  const auto segment = wire::TcpView::parse(packet.transport);
  if (!segment) return Claim::bad();
  const auto cookie = reset_cookie(*segment, settings, flags);
  if (!cookie) return Claim::foreign();
  return Claim::answer(reply_from(packet, *segment, state_of(*segment)), *cookie);
}

template <std::uint8_t flags, PortState (*state_of)(const wire::TcpView&)>
constexpr Kind make_kind(std::string_view scan_name) {
  return {.scan_name = scan_name,
          .ports_text = "TCP ports",
          .ports = kTcpPorts,
          .patterns = kTcpPatterns,
          .prepare = prepare<flags>,
          .read_reply = read_reset<flags, state_of>,
          .read_quote = read_quoted_segment,
          .silence_may_be_open = state_of == closed};
}

constinit const Kind kAckScan = make_kind<kAck, unfiltered>("ACK Scan");
constinit const Kind kWindowScan = make_kind<kAck, by_window>("Window Scan");
constinit const Kind kFinScan = make_kind<kFin, closed>("FIN Scan");
constinit const Kind kNullScan = make_kind<0, closed>("NULL Scan");
constinit const Kind kXmasScan = make_kind<kFin | kPsh | kUrg, closed>("XMAS Scan");
constinit const Kind kMaimonScan = make_kind<kFin | kAck, closed>("Maimon Scan");

constexpr std::string_view kClosedOrSilent = "closed,open|filtered";
constexpr std::array<TcpScan, 7> kScans = {{{"syn", "-sS", &kTcpSyn, ""},
                                            {"ack", "-sA", &kAckScan, "unfiltered"},
                                            {"window", "-sW", &kWindowScan, ""},
                                            {"fin", "-sF", &kFinScan, kClosedOrSilent},
                                            {"null", "-sN", &kNullScan, kClosedOrSilent},
                                            {"xmas", "-sX", &kXmasScan, kClosedOrSilent},
                                            {"maimon", "-sM", &kMaimonScan, kClosedOrSilent}}};

}  // namespace

std::span<const TcpScan> tcp_scans() { return kScans; }

const TcpScan& tcp_scan(const Kind& kind) {
  const auto row = std::ranges::find(kScans, &kind, &TcpScan::kind);
  CHECK(row != kScans.end());
  return *row;
}

}  // namespace masscan::probe
