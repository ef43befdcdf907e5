// Parsers of option values, and the answers of options without one. Parsers check the whole value.
//
// Errors: say which option it was and what the value should look like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/options/option.h"
#include "net/mac_address.h"

namespace masscan::cli {

// Accepts 0, 1 and every unambiguous prefix of true, yes, on, enabled, false, no, off, disabled.
std::optional<bool> parse_boolean(std::string_view text);

// A flag without a value means true.
Result<bool> parse_flag(const OptionUse& use);
// Accepts text that a line of a configuration file can hold: not empty, no control characters, no
// blanks at the ends.
Result<std::string> parse_text(const OptionUse& use);
// Accepts decimal numbers, and hexadecimal ones after "0x". Leading zeros are ignored.
Result<std::uint64_t> parse_integer(const OptionUse& use, std::uint64_t least, std::uint64_t most);
// Accepts digits and a point; no sign, exponent or unit.
Result<double> parse_decimal(const OptionUse& use, double least, double most);
// Accepts seconds, with or without a fraction.
Result<Duration> parse_seconds(const OptionUse& use);
// Returns nothing for 00-00-00-00-00-00, by which masscan means "not set".
Result<std::optional<net::MacAddress>> parse_mac(const OptionUse& use);

// Stores the value, or returns the error.
template <typename T, typename U>
Result<void> assign(T& target, Result<U> value) {
  target = static_cast<T>(TRY(std::move(value)));
  return {};
}

// Apply of an option that is not supported yet. Accepts it if it is switched off.
Result<void> refuse_unsupported(Settings& settings, const OptionUse& use);
// Apply of an option that will never be supported. The Error is the reason of its row.
Result<void> refuse(Settings& settings, const OptionUse& use);
// Apply of an option without effect. Adds a note with the reason of its row.
Result<void> accept_with_note(Settings& settings, const OptionUse& use);
// Make rows of such options.
constexpr Option refused(std::string_view names, std::string_view value, std::string_view reason) {
  Option row = named(names, value);
  row.reason = reason;
  row.apply = refuse;
  return row;
}
constexpr Option without_effect(std::string_view names, std::string_view value,
                                std::string_view reason, Apply apply = accept_with_note) {
  Option row = named(names, value);
  row.reason = reason;
  row.apply = apply;
  return row;
}
// Adds a note for standard error, if it was not added before.
void add_note(Settings& settings, std::string note);
// Apply of an option that is always on, or without meaning here.
Result<void> accept_silently(Settings& settings, const OptionUse& use);

// For Echo: returns `value` if the setting differs from its default, else no line.
std::vector<std::string> echo_if(bool differs, std::string value = "true");
// Formats seconds so that parse_seconds returns exactly the same value.
std::string to_text(Duration duration);
// Formats the shortest digits from which parse_decimal returns exactly the same value.
std::string to_text(double number);

}  // namespace masscan::cli
