// Parsers of option values, strict: a value makes sense to its last character, or the Error says
// where it stands and what it should look like.
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

// 0 and 1, or any unambiguous beginning of true, yes, on, enable(d), false, no, off, disable(d).
std::optional<bool> parse_boolean(std::string_view text);

// A flag alone means true.
Result<bool> parse_flag(const OptionUse& use);
// Not empty, and as a line of a configuration file holds it: no control characters, and no blanks
// at its ends.
Result<std::string> parse_text(const OptionUse& use);
// Decimal, or hexadecimal after "0x"; a leading zero means nothing.
Result<std::uint64_t> parse_integer(const OptionUse& use, std::uint64_t least, std::uint64_t most);
// Digits and a point; no sign, exponent or unit.
Result<double> parse_decimal(const OptionUse& use, double least, double most);
// Seconds, with a fraction if need be.
Result<Duration> parse_seconds(const OptionUse& use);
// Empty for 00-00-00-00-00-00, which means "find out" to masscan.
Result<std::optional<net::MacAddress>> parse_mac(const OptionUse& use);

// Stores the value, or hands on the error.
template <typename T, typename U>
Result<void> assign(T& target, Result<U> value) {
  target = static_cast<T>(TRY(std::move(value)));
  return {};
}

// The answer of an option that is known but not built yet; switched off, it is fine.
Result<void> refuse_unsupported(Settings& settings, const OptionUse& use);
// The answer of an option that there will not be here: the reason of its row.
Result<void> refuse(Settings& settings, const OptionUse& use);
// The answer of an option that changes nothing, which its row explains: a note on standard error.
Result<void> accept_with_note(Settings& settings, const OptionUse& use);
// Said once, however often it is added.
void add_note(Settings& settings, std::string note);
// The answer of an option that is always in force or means nothing here.
Result<void> accept_silently(Settings& settings, const OptionUse& use);

// For Echo: a line where the setting differs from its default, and none otherwise.
std::vector<std::string> echo_if(bool differs, std::string value = "true");
// Seconds as parse_seconds reads them back exactly.
std::string to_text(Duration duration);
// The shortest digits that parse_decimal reads back exactly.
std::string to_text(double number);

}  // namespace masscan::cli
