// Selects the states to write: --show, --noshow and --open-only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "record/record.h"

namespace masscan::record {

struct StateFilter {
  bool open = true;
  bool closed = false;
  bool filtered = false;
  bool unfiltered = false;
  bool open_filtered = false;  // targets that did not answer, where open ones may not

  // The states "up" and "unknown" cannot be switched off.
  constexpr bool includes(PortState state) const {
    switch (state) {
      case PortState::kOpen:
        return open;
      case PortState::kClosed:
        return closed;
      case PortState::kFiltered:
        return filtered;
      case PortState::kUnfiltered:
        return unfiltered;
      case PortState::kOpenFiltered:
        return open_filtered;
      case PortState::kUp:
      case PortState::kUnknown:
        return true;
    }
    return true;
  }
  constexpr bool operator==(const StateFilter&) const = default;
};

// Returns `current` with the listed states switched on or off. `text` is a comma-separated list of
// "open", "closed", "filtered", "unfiltered", "open|filtered" (or "open-filtered", "silent"),
// "host" (accepted, without effect) and "all". "all" switches open|filtered off only, never on.
// Case is ignored, prefixes ("o", "clo") are allowed. Items may be empty: masscan writes "open,,".
// `place` names the source in the Error: an option or file:line.
Result<StateFilter> parse_state_filter(std::string_view text, std::string_view place,
                                       StateFilter current, bool on);

// Writes the states that are on, as parse_state_filter reads them: "open,closed".
std::string to_string(const StateFilter& states);

}  // namespace masscan::record
