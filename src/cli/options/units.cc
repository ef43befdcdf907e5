#include "cli/options/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "cli/options/table.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kDay = 86400;  // seconds
// masscan's "forever"; also prevents overflow of durations.
constexpr std::uint64_t kMostSeconds = 2147483647;

struct Unit {
  std::string_view words;  // every spelling; alone, one of them is one of it
  std::uint64_t size;
};

constexpr std::array<Unit, 5> kTimeUnits = {{
    {"s sec secs second seconds", 1},
    {"m min mins minute minutes", 60},
    {"h hr hour hours hourly", 3600},
    {"d day days daily", kDay},
    {"w week weeks weekly", 7 * kDay},
}};

constexpr std::array<Unit, 6> kSizeUnits = {{
    {"k kb kib", std::uint64_t{1} << 10},
    {"m mb mib", std::uint64_t{1} << 20},
    {"g gb gib", std::uint64_t{1} << 30},
    {"t tb tib", std::uint64_t{1} << 40},
    {"p pb pib", std::uint64_t{1} << 50},
    {"e eb eib", std::uint64_t{1} << 60},
}};

template <std::size_t n>
std::optional<std::uint64_t> find_unit(std::string_view word, const std::array<Unit, n>& units) {
  if (word.empty()) return 1;
  for (const Unit& unit : units) {
    const auto words = split_words(unit.words);
    if (std::find(words.begin(), words.end(), word) != words.end()) return unit.size;
  }
  return std::nullopt;
}

// Accepts "10", "10m", "10 m", "hourly". Returns nothing for other text and for more than `most`.
template <std::size_t n>
std::optional<std::uint64_t> parse_amount(std::string_view text, const std::array<Unit, n>& units,
                                          std::uint64_t most) {
  const std::string lower = to_lower(text);
  const std::size_t digits = std::min(lower.find_first_not_of("0123456789"), lower.size());
  if (lower.empty()) return std::nullopt;
  const auto number = digits == 0 ? std::optional<std::uint64_t>(1)
                                  : parse_number<std::uint64_t>(lower.substr(0, digits));
  const auto unit = find_unit(trim(std::string_view(lower).substr(digits)), units);
  if (!number || !unit || *number > most / *unit) return std::nullopt;
  return *number * *unit;
}

Error bad(const OptionUse& use, std::string_view expected) {
  return usage_error("{}: '{}' is not {}", use.place, printable(*use.value), expected);
}

}  // namespace

Result<Duration> parse_span(const OptionUse& use) {
  const auto span = parse_amount(*use.value, kTimeUnits, kMostSeconds);
  if (!span) return bad(use, "a span of time, such as 90, 10m, hourly or daily");
  return Duration(std::chrono::seconds(*span));
}

Result<Duration> parse_offset(const OptionUse& use) {
  const std::string_view text = *use.value;
  const bool is_negative = text.starts_with('-');
  const auto span = parse_amount(text.substr(is_negative ? 1 : 0), kTimeUnits, kDay - 1);
  if (!span) return bad(use, "a span of time below a day, such as 90 or -2h");
  return Duration(std::chrono::seconds(is_negative ? (kDay - *span) % kDay : *span));
}

Result<std::uint64_t> parse_size(const OptionUse& use) {
  const auto size = parse_amount(*use.value, kSizeUnits, std::numeric_limits<std::uint64_t>::max());
  if (!size) return bad(use, "a size, such as 1000000, 10m or 1g");
  return *size;
}

}  // namespace masscan::cli
