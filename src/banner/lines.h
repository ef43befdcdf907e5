// Streams of lines, for the readers of text protocols. Pure.
#pragma once

#include <optional>
#include <string_view>

namespace masscan::banner {

// What a prefix says about a stream.
enum class Match : unsigned char { kNo, kMaybe, kYes };

// Tells whether `text` begins with `prefix`; kMaybe if it is too short to tell.
inline Match begins_with(std::string_view text, std::string_view prefix) {
  if (text.starts_with(prefix)) return Match::kYes;
  return prefix.starts_with(text) ? Match::kMaybe : Match::kNo;
}

// Takes the next line from `text`, without its LF or CR LF; nullopt if it has no end yet.
inline std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace masscan::banner
