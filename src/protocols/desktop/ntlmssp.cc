#include "protocols/desktop/ntlmssp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>

#include "banner/reader.h"

namespace masscan::protocols {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kChallenge = "NTLMSSP\0\x02\0\0\0"sv;

// The part of the message that a pair of length and offset names; none if it is not there.
Bytes read_field(banner::Reader& reader, Bytes message) {
  const std::size_t length = reader.le<std::uint16_t>();
  reader.skip(sizeof(std::uint16_t));  // the size of the sender's buffer
  banner::Reader field(message);
  field.skip(reader.le<std::uint32_t>());
  return field.take(length);
}

// AV_PAIRs (2.2.2.1). Times, flags and hashes are left out.
void add_target_info(Bytes info, std::string& text) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "", "name", "domain", "name-dns", "domain-dns", "forest", "", "", "", "target"};
  for (banner::Reader pairs(info); pairs.left() > 0;) {
    const auto id = pairs.le<std::uint16_t>();
    const Bytes value = pairs.take(pairs.le<std::uint16_t>());
    if (id == 0 || !pairs.is_ok()) return;
    if (id >= kNames.size() || kNames[id].empty()) continue;
    fmt::format_to(std::back_inserter(text), " {}=", kNames[id]);
    append_utf8(value, text);
  }
}

}  // namespace

const std::string_view kNtlmNegotiate =
    "\x60\x48\x06\x06\x2b\x06\x01\x05\x05\x02"                          // SPNEGO
    "\xa0\x3e\x30\x3c"                                                  // NegTokenInit
    "\xa0\x0e\x30\x0c\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"  // NTLMSSP is offered
    "\xa2\x2a\x04\x28NTLMSSP\0\x01\0\0\0"
    "\x05\x82\x08\x02"  // Unicode, target name, NTLM, signing, extended security, version
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0f"sv;

void add_ntlm_challenge(Bytes token, std::string& text) {
  const std::size_t start = as_text(token).find(kChallenge);
  if (start == std::string_view::npos) return;
  const Bytes message = token.subspan(start);
  banner::Reader reader(message.subspan(kChallenge.size()));
  const Bytes target = read_field(reader, message);
  reader.skip(4 + 8 + 8);  // flags, challenge, reserved
  const Bytes info = read_field(reader, message);
  if (!reader.is_ok()) return;
  text += " domain=";
  append_utf8(target, text);
  const auto major = reader.be<std::uint8_t>();
  const auto minor = reader.be<std::uint8_t>();
  const auto build = reader.le<std::uint16_t>();
  reader.skip(3);
  const auto revision = reader.be<std::uint8_t>();
  if (reader.is_ok())
    fmt::format_to(std::back_inserter(text), " version={}.{}.{} ntlm-ver={}", major, minor, build,
                   revision);
  add_target_info(info, text);
}

void append_utf8(Bytes utf16, std::string& text) {
  const auto append_part = [&](char32_t first, char32_t bits) {
    text.push_back(static_cast<char>(first | bits));
  };
  banner::Reader reader(utf16);
  while (reader.left() >= sizeof(char16_t)) {
    char32_t code = reader.le<std::uint16_t>();
    if (code >= 0xd800 && code < 0xe000) {
      banner::Reader next = reader;
      const char32_t low = next.le<std::uint16_t>();
      const bool is_pair = code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
      code = is_pair ? 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00)) : 0xfffd;
      if (is_pair) reader = next;
    }
    if (code < 0x80) {
      append_part(0, code);
      continue;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    append_part((0xff00u >> (more + 1)) & 0xff, code >> 6 * more);
    for (int left = more - 1; left >= 0; --left) append_part(0x80, code >> 6 * left & 0x3f);
  }
}

}  // namespace masscan::protocols
