#include "report/record.h"

#include <array>
#include <chrono>

namespace masscan::report {

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

std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string reason_text(std::uint8_t reason) {
  constexpr std::array<std::string_view, 8> kFlags = {"fin", "syn", "rst", "psh",
                                                      "ack", "urg", "ece", "cwr"};
  if (reason == 0) return "none";
  std::string text;
  for (std::size_t bit = 0; bit < kFlags.size(); ++bit) {
    if ((reason >> bit & 1) == 0) continue;
    if (!text.empty()) text += '-';
    text += kFlags[bit];
  }
  return text;
}

}  // namespace masscan::report
