#include "record/record.h"

#include <array>

namespace masscan::record {
namespace {

constexpr std::array<std::string_view, 8> kFlags = {"fin", "syn", "rst", "psh",
                                                    "ack", "urg", "ece", "cwr"};
constexpr std::string_view kNoFlags = "none";

// Large enough for all flags.
struct Reason {
  std::array<char, 31> text{};
  std::uint8_t length = 0;

  constexpr void append(std::string_view more) {
    for (const char c : more) text[length++] = c;
  }
};

// Indexed by the flags byte, as every record shows its text.
constexpr std::array<Reason, 256> all_reasons() {
  std::array<Reason, 256> reasons{};
  reasons[0].append(kNoFlags);
  for (std::size_t number = 1; number < reasons.size(); ++number) {
    Reason& reason = reasons[number];
    for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
      if ((number >> bit & 1) == 0) continue;
      if (reason.length > 0) reason.append("-");
      reason.append(kFlags[bit]);
    }
  }
  return reasons;
}
constexpr std::array<Reason, 256> kReasons = all_reasons();

std::optional<std::uint8_t> parse_flags(std::string_view text) {
  unsigned flags = 0;
  for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
    if (!text.starts_with(kFlags[bit])) continue;
    flags |= 1u << bit;
    text.remove_prefix(kFlags[bit].size());
    if (text.empty()) return static_cast<std::uint8_t>(flags);
    if (text.front() != '-') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

}  // namespace

std::string_view reason_text(const Record& record) {
  if (record.cause != Cause::kNone) return cause_text(record.cause);
  const Reason& flags = kReasons[record.reason];
  return {flags.text.data(), flags.length};
}

std::optional<PortState> parse_state(std::string_view text) {
  for (std::uint8_t number = 0; number < kPortStates; ++number) {
    if (text == name(state_of(number))) return state_of(number);
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

bool parse_reason(std::string_view text, Record& record) {
  if (const auto cause = parse_cause(text)) {
    record.cause = *cause;
    return true;
  }
  const auto flags = parse_flags(text);
  record.reason = flags.value_or(0);
  return flags.has_value();
}

}  // namespace masscan::record
