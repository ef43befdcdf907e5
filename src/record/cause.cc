#include "record/cause.h"

#include <algorithm>
#include <array>

namespace masscan::record {
namespace {

// Indexed by number.
constexpr std::array<std::string_view, 26> kTexts = {"none",
                                                     "no-response",
                                                     "udp-response",
                                                     "echo-reply",
                                                     "timestamp-reply",
                                                     "addressmask-reply",
                                                     "arp-response",
                                                     "nd-response",
                                                     "init-ack",
                                                     "abort",
                                                     "cookie-ack",
                                                     "proto-response",
                                                     "net-unreach",
                                                     "host-unreach",
                                                     "proto-unreach",
                                                     "port-unreach",
                                                     "source-route-failed",
                                                     "net-prohibited",
                                                     "host-prohibited",
                                                     "admin-prohibited",
                                                     "no-route",
                                                     "beyond-scope",
                                                     "addr-unreach",
                                                     "reject-route",
                                                     "time-exceeded",
                                                     "dest-unreach"};
static_assert(kTexts.size() == static_cast<std::size_t>(Cause::kUnreachable) + 1);

}  // namespace

std::string_view cause_text(Cause cause) {
  const auto number = static_cast<std::size_t>(cause);
  return kTexts[number < kTexts.size() ? number : 0];
}

std::optional<Cause> parse_cause(std::string_view text) {
  const auto found = std::ranges::find(kTexts, text);
  if (found == kTexts.end()) return std::nullopt;
  return static_cast<Cause>(found - kTexts.begin());
}

}  // namespace masscan::record
