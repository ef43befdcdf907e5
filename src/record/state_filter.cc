#include "record/state_filter.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace masscan::record {
namespace {

struct Word {
  std::string_view name;
  bool StateFilter::*flag;
};

// The first one that begins like a word is meant.
constexpr std::array<Word, 7> kStates = {{
    {"open", &StateFilter::open},
    {"closed", &StateFilter::closed},
    {"filtered", &StateFilter::filtered},
    {"unfiltered", &StateFilter::unfiltered},
    {"open|filtered", &StateFilter::open_filtered},
    {"open-filtered", &StateFilter::open_filtered},
    {"silent", &StateFilter::open_filtered},
}};

Error unknown_state(std::string_view word, std::string_view place) {
  return usage_error(
      "{}: unknown state '{}'; use open, closed, filtered, unfiltered, open|filtered or all", place,
      word);
}

Result<void> apply(std::string_view word, std::string_view place, bool on, StateFilter& states) {
  const std::string lower = to_lower(trim(word));
  if (lower.empty()) return {};
  const auto is_meant = [&](std::string_view name) { return name.starts_with(lower); };
  if (is_meant("host")) return {};
  if (is_meant("all")) {
    states = {on, on, on, on, on && states.open_filtered};
    return {};
  }
  const auto state = std::ranges::find_if(kStates, is_meant, &Word::name);
  if (state == kStates.end()) return unknown_state(word, place);
  states.*state->flag = on;
  return {};
}

}  // namespace

Result<StateFilter> parse_state_filter(std::string_view text, std::string_view place,
                                       StateFilter current, bool on) {
  if (trim(text).empty()) return unknown_state("", place);
  for (;;) {
    const std::size_t comma = text.find(',');
    TRY(apply(text.substr(0, comma), place, on, current));
    if (comma == std::string_view::npos) return current;
    text.remove_prefix(comma + 1);
  }
}

std::string to_string(const StateFilter& states) {
  std::string text;
  for (std::uint8_t number = 0; number < kPortStates; ++number) {
    const PortState state = state_of(number);
    const bool is_fixed = StateFilter{false}.includes(state);
    if (is_fixed || !states.includes(state)) continue;
    if (!text.empty()) text += ',';
    text += name(state);
  }
  return text;
}

}  // namespace masscan::record
