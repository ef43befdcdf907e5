// Small, strict text parsers: a number must extend to the last character.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masscan {

// Parses a whole decimal number, or a hexadecimal one (base 16). Returns nullopt if there is
// anything else or if it does not fit.
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

// Removes blanks at both ends.
std::string_view trim(std::string_view text);
// Returns the words between single blanks. Valid until: `list` changes.
std::vector<std::string_view> split_words(std::string_view list);
// Removes the first line of `text` and returns it without its end, "\n" or "\r\n".
std::string_view take_line(std::string_view& text);
// Converts ASCII letters to lower case.
std::string to_lower(std::string_view text);
// Makes text safe for one line of a terminal or file: control characters (also U+0080 to U+009F)
// and bytes that are not UTF-8 become "\x0a". Idempotent.
std::string printable(std::string_view text);
// As printable, but cuts long text and appends "...".
std::string excerpt(std::string_view text);
// The text as a JSON string (RFC 8259), quotes included. REQUIRES: `text` is UTF-8.
std::string quote_json(std::string_view text);
// How many single-character edits turn one into the other (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace masscan
