#include "report/record.h"

#include <array>

namespace masscan::report {
namespace {

constexpr std::array<std::string_view, 8> kFlags = {"fin", "syn", "rst", "psh",
                                                    "ack", "urg", "ece", "cwr"};
constexpr std::string_view kNoFlags = "none";

// By number: every record shows one of them.
std::array<std::string, 256> all_reasons() {
  std::array<std::string, 256> texts;
  texts[0] = kNoFlags;
  for (std::size_t reason = 1; reason < texts.size(); ++reason) {
    for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
      if ((reason >> bit & 1) == 0) continue;
      if (!texts[reason].empty()) texts[reason] += '-';
      texts[reason] += kFlags[bit];
    }
  }
  return texts;
}

}  // namespace

std::string_view name(PortState state) {
  switch (state) {
    case PortState::kUnknown:
      return "unknown";
    case PortState::kOpen:
      return "open";
    case PortState::kClosed:
      return "closed";
    case PortState::kUp:
      return "up";
    case PortState::kFiltered:
      return "filtered";
  }
  return "unknown";
}

std::string_view reason_text(std::uint8_t reason) {
  static const std::array<std::string, 256> texts = all_reasons();
  return texts[reason];
}

std::optional<PortState> parse_state(std::string_view text) {
  for (const PortState state : {PortState::kUnknown, PortState::kOpen, PortState::kClosed,
                                PortState::kUp, PortState::kFiltered}) {
    if (text == name(state)) return state;
  }
  return std::nullopt;
}

std::optional<net::Transport> parse_protocol(std::string_view text) {
  for (const net::Transport transport :
       {net::Transport::kTcp, net::Transport::kUdp, net::Transport::kSctp, net::Transport::kIcmp,
        net::Transport::kArp, net::Transport::kIp}) {
    if (text == protocol_name(transport)) return transport;
  }
  return std::nullopt;
}

std::optional<std::uint8_t> parse_reason(std::string_view text) {
  if (text == kNoFlags) return std::uint8_t{0};
  unsigned reason = 0;
  for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
    if (!text.starts_with(kFlags[bit])) continue;
    reason |= 1u << bit;
    text.remove_prefix(kFlags[bit].size());
    if (text.empty()) return static_cast<std::uint8_t>(reason);
    if (text.front() != '-') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace masscan::report
