// Small parsers of text, strict: a number is a number to its last character.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masscan {

// A whole decimal number (or hexadecimal, base 16) and nothing else; nothing if it does not fit.
template <std::unsigned_integral T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

// A decimal number without an exponent and nothing else.
std::optional<double> parse_double(std::string_view text);

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without blanks at both ends.
std::string_view trim(std::string_view text);
// The words between single blanks; views of `list`.
std::vector<std::string_view> split_words(std::string_view list);
// ASCII letters in lower case.
std::string to_lower(std::string_view text);
// On one line of a terminal or file, whose escape sequences it cannot begin: control characters,
// those of U+0080 to U+009F too, and bytes that are no UTF-8 become "\x0a". Twice is as good as
// once.
std::string printable(std::string_view text);
// The same of what is only recognised by its beginning: of long text the first bytes, and "...".
std::string excerpt(std::string_view text);
// The text as a JSON string (RFC 8259), quotes included. REQUIRES: `text` is UTF-8.
std::string quote_json(std::string_view text);
// How many single-character edits turn one into the other (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace masscan
