#include "record/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace masscan::record {
namespace {

constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct Style {
  std::string_view prefix;  // two hexadecimal digits follow
  std::size_t limit;        // masscan's buffer: one byte is never used, one is the terminator
};

constexpr Style kText = {"\\x", 8192};
constexpr Style kJson = {"\\u00", 65536};

constexpr std::array<bool, 256> plain_bytes() {
  std::array<bool, 256> plain{};
  for (unsigned byte = 0x20; byte < 0x7f; ++byte) plain[byte] = true;
  for (const char c : {'<', '>', '&', '\\', '"', '\''}) plain[static_cast<std::uint8_t>(c)] = false;
  return plain;
}
constexpr std::array<bool, 256> kIsPlain = plain_bytes();

bool is_plain(char c) { return kIsPlain[static_cast<std::uint8_t>(c)]; }

void append_escape(std::string& out, std::string_view prefix, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<std::uint8_t>(c);
  std::array<char, 6> escape;
  char* end = std::copy(prefix.begin(), prefix.end(), escape.begin());
  *end++ = kDigits[byte >> 4];
  *end++ = kDigits[byte & 15];
  out.append(escape.data(), end);
}

std::string_view plain_beginning(std::string_view bytes) {
  const auto* const end = std::find_if_not(bytes.begin(), bytes.end(), is_plain);
  return bytes.substr(0, static_cast<std::size_t>(end - bytes.begin()));
}

// If an escape does not fit any more, shorter characters after it may still fit.
void append_escaped(std::string& out, std::string_view bytes, const Style& style) {
  const std::size_t start = out.size();
  const std::size_t escape_bytes = style.prefix.size() + 2;
  while (!bytes.empty()) {
    const std::size_t length = out.size() - start;
    const std::string_view plain = plain_beginning(bytes);
    out += plain.substr(0, style.limit - 2 - std::min(length, style.limit - 2));
    bytes.remove_prefix(plain.size());
    if (bytes.empty()) return;
    if (out.size() - start + escape_bytes + 1 < style.limit) {
      append_escape(out, style.prefix, bytes.front());
    }
    bytes.remove_prefix(1);
  }
}

bool unescape(std::string_view text, std::string_view prefix, std::string& bytes) {
  bytes.clear();
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('\\'), text.size());
    bytes += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return true;
    if (!text.starts_with(prefix)) return false;
    const auto byte = parse_number<std::uint8_t>(text.substr(prefix.size()).substr(0, 2), 16);
    if (!byte || text.size() < prefix.size() + 2) return false;
    bytes += static_cast<char>(*byte);
    text.remove_prefix(prefix.size() + 2);
  }
  return true;
}

}  // namespace

void append_text_escaped(std::string& out, std::string_view bytes) {
  append_escaped(out, bytes, kText);
}

void append_json_escaped(std::string& out, std::string_view bytes) {
  append_escaped(out, bytes, kJson);
}

void append_base64(std::string& out, std::string_view bytes) {
  for (std::size_t begin = 0; begin < bytes.size(); begin += 3) {
    const std::string_view group = bytes.substr(begin, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < group.size() ? static_cast<std::uint8_t>(group[i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= group.size() ? kBase64Digits[bits >> (18 - 6 * i) & 63] : '=';
    }
  }
}

std::string decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char digit : text.substr(0, text.find('='))) {
    bits = bits << 6 | static_cast<std::uint32_t>(kBase64Digits.find(digit));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count);
  }
  return bytes;
}

bool unescape_text(std::string_view text, std::string& bytes) {
  return unescape(text, kText.prefix, bytes);
}

bool unescape_json(std::string_view text, std::string& bytes) {
  return unescape(text, kJson.prefix, bytes);
}

}  // namespace masscan::record
