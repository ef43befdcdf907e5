#include "record/state_filter.h"

#include <array>

#include "base/text.h"

namespace masscan::record {
namespace {

struct Word {
  std::string_view name;
  bool StateFilter::*flag;
};

constexpr std::array<Word, 3> kStates = {{
    {"open", &StateFilter::open},
    {"closed", &StateFilter::closed},
    {"filtered", &StateFilter::filtered},
}};

Error unknown_state(std::string_view word, std::string_view place) {
  return usage_error("{}: unknown state '{}'; use open, closed, filtered or all", place, word);
}

// Each word begins with a different letter, so any prefix is unambiguous.
Result<void> apply(std::string_view word, std::string_view place, bool on, StateFilter& states) {
  const std::string lower = to_lower(trim(word));
  if (lower.empty()) return {};
  const auto is_meant = [&](std::string_view name) { return name.starts_with(lower); };
  if (is_meant("host")) return {};
  bool known = false;
  for (const Word& state : kStates) {
    if (!is_meant(state.name) && !is_meant("all")) continue;
    states.*state.flag = on;
    known = true;
  }
  if (known) return {};
  return unknown_state(word, place);
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
  for (const Word& state : kStates) {
    if (!(states.*state.flag)) continue;
    if (!text.empty()) text += ',';
    text += state.name;
  }
  return text;
}

}  // namespace masscan::record
