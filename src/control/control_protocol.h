// What may be said to a running scan, in words, and how it answers, in JSON; see
// docs/formats/control.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masscan::control {

struct Command {
  enum class Verb : std::uint8_t { kPause, kResume, kRate, kStatus, kReload, kStop };

  Verb verb = Verb::kStatus;
  double rate_pps = 0;  // for kRate; infinity: no limit

  bool operator==(const Command&) const = default;
};

// A line without its end: "rate 5000".
Result<Command> parse_command(std::string_view line);

// A reply is one line with an object, {"ok":true,...} or {"ok":false,"error":"..."}. `members` are
// the members after the first, as JSON.
std::string acceptance(std::string_view members);
std::string refusal(std::string_view reason);
bool is_acceptance(std::string_view answer);

// Writes a rate as JSON: a number, or "max".
std::string rate_json(double rate_pps);

}  // namespace masscan::control
