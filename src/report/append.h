// Puts a line together from its pieces: what every record of every format goes through, and so
// several times faster than a format string.
//
//   append(out, name(state), ' ', record.port.number, ' ', record.address, '\n');
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/ip_address.h"

namespace masscan::report {

// How a piece is printed, and the most bytes that takes.
// A literal: its length is known while we compile.
template <std::size_t size>
constexpr std::size_t most_bytes(const char (&)[size]) {
  return size - 1;
}
constexpr std::size_t most_bytes(char) { return 1; }
constexpr std::size_t most_bytes(std::string_view text) { return text.size(); }
constexpr std::size_t most_bytes(std::integral auto) { return 20; }
constexpr std::size_t most_bytes(const net::IpAddress&) { return 40; }

template <std::size_t size>
char* print(char* to, const char (&literal)[size]) {
  return std::copy_n(literal, size - 1, to);
}
inline char* print(char* to, char c) {
  *to = c;
  return to + 1;
}
inline char* print(char* to, std::string_view text) {
  return std::copy(text.begin(), text.end(), to);
}
char* print(char* to, std::integral auto number) {
  return std::to_chars(to, to + most_bytes(number), number).ptr;
}
char* print(char* to, const net::IpAddress& address);

template <typename... Pieces>
void append(std::string& out, const Pieces&... pieces) {
  const std::size_t start = out.size();
  out.resize(start + (most_bytes(pieces) + ...));
  char* end = out.data() + start;
  ((end = print(end, pieces)), ...);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

}  // namespace masscan::report
