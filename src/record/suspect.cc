#include "record/suspect.h"

#include <algorithm>
#include <array>

namespace masscan::record {
namespace {

// Indexed by number.
constexpr std::array<std::string_view, 11> kTexts = {"",
                                                     "zero-window",
                                                     "no-options",
                                                     "copied-isn",
                                                     "same-isn",
                                                     "dense-host",
                                                     "dense-prefix",
                                                     "any-port",
                                                     "no-data-ack",
                                                     "no-answer",
                                                     "closed-unanswered"};
static_assert(kTexts.size() == static_cast<std::size_t>(kLastSuspect) + 1);

}  // namespace

std::string_view suspect_text(Suspect suspect) {
  const auto number = static_cast<std::size_t>(suspect);
  return kTexts[number < kTexts.size() ? number : 0];
}

std::optional<Suspect> parse_suspect(std::string_view text) {
  const auto found = std::ranges::find(kTexts, text);
  if (found == kTexts.end()) return std::nullopt;
  return static_cast<Suspect>(found - kTexts.begin());
}

}  // namespace masscan::record
