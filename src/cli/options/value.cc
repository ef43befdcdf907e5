#include "cli/options/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/text.h"
#include "cli/options/settings.h"

namespace masscan::cli {
namespace {

// masscan's "forever"; also prevents overflow of durations.
constexpr double kMostSeconds = 2147483647;

bool begins_one_of(std::string_view text, std::span<const std::string_view> words) {
  for (const std::string_view word : words) {
    if (word.starts_with(text)) return true;
  }
  return false;
}

std::string_view value_of(const OptionUse& use) {
  return use.value ? std::string_view(*use.value) : std::string_view();
}

Error bad_value(const OptionUse& use, std::string_view expected) {
  return usage_error("{}: '{}' is not {}", use.place, value_of(use), expected);
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kTrue = {"1", "true", "yes", "on", "enabled"};
  static constexpr std::array<std::string_view, 5> kFalse = {"0", "false", "no", "off", "disabled"};
  if (text.empty()) return std::nullopt;
  const std::string lower = to_lower(text);
  const bool is_true = begins_one_of(lower, kTrue);
  const bool is_false = begins_one_of(lower, kFalse);
  if (is_true == is_false) return std::nullopt;  // neither, or "o"
  return is_true;
}

Result<bool> parse_flag(const OptionUse& use) {
  if (!use.value) return true;
  const auto value = parse_boolean(*use.value);
  if (!value) return bad_value(use, "true or false");
  return *value;
}

Result<std::string> parse_text(const OptionUse& use) {
  const std::string_view text = value_of(use);
  if (text.empty()) return usage_error("{}: the value is empty", use.place);
  if (trim(text) != text) {
    return usage_error("{}: '{}' begins or ends with a blank; leave it out", use.place,
                       printable(text));
  }
  if (printable(text) != text) {
    return usage_error("{}: '{}' holds a control character; leave it out", use.place,
                       printable(text));
  }
  return std::string(text);
}

Result<std::uint64_t> parse_integer(const OptionUse& use, std::uint64_t least, std::uint64_t most) {
  std::string_view digits = value_of(use);
  const bool is_hex = digits.starts_with("0x") || digits.starts_with("0X");
  if (is_hex) digits.remove_prefix(2);
  const auto number = parse_number<std::uint64_t>(digits, is_hex ? 16 : 10);
  if (!number || *number < least || *number > most) {
    return bad_value(use, fmt::format("a whole number from {} to {}", least, most));
  }
  return *number;
}

Result<double> parse_decimal(const OptionUse& use, double least, double most) {
  const auto number = parse_double(value_of(use));
  if (!number || !(*number >= least) || *number > most) {
    return bad_value(use, fmt::format("a number from {} to {}", least, most));
  }
  return *number;
}

Result<Duration> parse_seconds(const OptionUse& use) {
  const auto seconds = parse_double(value_of(use));
  if (!seconds || !(*seconds >= 0) || *seconds > kMostSeconds) {
    return bad_value(use, "a number of seconds, such as 10 or 0.5");
  }
  return Duration(std::llround(*seconds * 1e9));
}

Result<std::optional<net::MacAddress>> parse_mac(const OptionUse& use) {
  const auto mac = net::MacAddress::parse(value_of(use));
  if (!mac) return bad_value(use, "a MAC address, such as 00:11:22:33:44:55");
  return mac->is_zero() ? std::nullopt : mac;
}

Result<void> refuse(Settings&, const OptionUse& use) {
  return usage_error("{}: {}", use.place, use.option->reason);
}

Result<void> accept_with_note(Settings& settings, const OptionUse& use) {
  add_note(settings, fmt::format("{}: {}", use.name, use.option->reason));
  return {};
}

void add_note(Settings& settings, std::string note) {
  auto& notes = settings.notes;
  note = printable(note);
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

Result<void> refuse_unsupported(Settings&, const OptionUse& use) {
  const bool is_flag = use.option->arity == Arity::kFlag;
  if (is_flag && !TRY(parse_flag(use))) return {};
  return usage_error("{}: not supported yet; leave it out", use.place);
}

Result<void> accept_silently(Settings&, const OptionUse&) { return {}; }

std::vector<std::string> echo_if(bool differs, std::string value) {
  std::vector<std::string> lines;
  if (differs) lines.push_back(std::move(value));
  return lines;
}

std::string to_text(Duration duration) {
  const auto whole = duration / 1s;
  const auto rest = (duration % 1s).count();
  if (rest == 0) return fmt::format("{}", whole);
  std::string text = fmt::format("{}.{:09}", whole, rest);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string to_text(double number) {
  std::array<char, 400> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  CHECK(error == std::errc());
  return {digits.data(), end};
}

}  // namespace masscan::cli
