// Which states are written: the switches of --show, --noshow and --open-only.
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

  // A host that is up, and a state nobody knows, cannot be switched off.
  constexpr bool includes(PortState state) const {
    switch (state) {
      case PortState::kOpen:
        return open;
      case PortState::kClosed:
        return closed;
      case PortState::kFiltered:
        return filtered;
      case PortState::kUp:
      case PortState::kUnknown:
        return true;
    }
    return true;
  }
  constexpr bool operator==(const StateFilter&) const = default;
};

// `current` with the listed states switched on or off. `text` is a comma-separated list of "open",
// "closed", "filtered", "host" (accepted, without effect) and "all"; case does not matter and
// leading parts ("o", "clo") will do. Words may be missing between commas: masscan writes "open,,"
// for three states of which one is on. `place` begins the Error: an option's name or file:line.
Result<StateFilter> parse_state_filter(std::string_view text, std::string_view place,
                                       StateFilter current, bool on);

// The states that are on, as parse_show reads them: "open,closed".
std::string to_string(const StateFilter& states);

}  // namespace masscan::record
