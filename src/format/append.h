// Builds a line from its pieces. Every record of every format uses it; it is several times faster
// than a format string.
//
//   append(out, record.state, ' ', record.port.number, ' ', record.address, '\n');
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/time.h"
#include "net/ip_address.h"
#include "net/port.h"
#include "record/payload.h"
#include "record/record.h"

namespace masscan::format {

// Each piece has a `print` and the maximum of bytes that it writes, `most_bytes`. The length of a
// literal is known at compile time.
template <std::size_t size>
constexpr std::size_t most_bytes(const char (&)[size]) {
  return size - 1;
}
constexpr std::size_t most_bytes(char) { return 1; }
constexpr std::size_t most_bytes(std::string_view text) { return text.size(); }
template <std::integral T>
constexpr std::size_t most_bytes(T) {
  return std::numeric_limits<T>::digits10 + 2;  // the last digit, and a sign
}
constexpr std::size_t most_bytes(const net::IpAddress&) { return 40; }
constexpr std::size_t most_bytes(WallTime) { return 20; }
inline constexpr std::size_t kMostWordBytes = 16;
constexpr std::size_t most_bytes(net::Transport) { return kMostWordBytes; }
constexpr std::size_t most_bytes(record::PortState) { return kMostWordBytes; }

template <std::size_t size>
char* print(char* to, const char (&literal)[size]) {
  std::memcpy(to, literal, size - 1);  // a few inline instructions; std::copy would call a function
  return to + size - 1;
}
inline char* print(char* to, char c) {
  *to = c;
  return to + 1;
}
inline char* print(char* to, std::string_view text) {
  return std::copy(text.begin(), text.end(), to);
}
char* print(char* to, std::uint8_t number);
char* print(char* to, std::uint16_t number);
char* print(char* to, std::integral auto number) {
  return std::to_chars(to, to + most_bytes(number), number).ptr;
}
char* print(char* to, const net::IpAddress& address);
char* print(char* to, WallTime time);             // unix_seconds
char* print(char* to, net::Transport transport);  // protocol_name
char* print(char* to, record::PortState state);

template <typename... Pieces>
char* print_all(char* to, const Pieces&... pieces) {
  ((to = print(to, pieces)), ...);
  return to;
}

// Longer than any line without its banner. Appending this is faster than resizing. Pieces are
// printed in place, because a copy would have to wait for the bytes just stored.
inline constexpr std::array<char, 512> kRoom{};

template <typename... Pieces>
void append(std::string& out, const Pieces&... pieces) {
  const std::size_t start = out.size();
  const std::size_t most = (most_bytes(pieces) + ...);
  CHECK(most <= kRoom.size());
  out.append(kRoom.data(), most);
  char* const begin = out.data() + start;
  const auto size = static_cast<std::size_t>(print_all(begin, pieces...) - begin);
  if (size != most) out.resize(start + size);
}

// Appends the name and the value of what few records have, a suspicion or the payload that was
// answered, with text around them.
inline void append_extra(std::string& out, std::string_view before, std::string_view between,
                         const record::Record& record, std::string_view after) {
  if (record.suspect != record::Suspect::kNone) [[unlikely]]
    append(out, before, "suspect", between, record::suspect_text(record.suspect), after);
  else if (const std::string_view payload = record::payload_name(record.payload); !payload.empty())
    append(out, before, "payload", between, payload, after);
}

}  // namespace masscan::format
