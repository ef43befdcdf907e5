#include "net/mac_address.h"

#include <fmt/format.h>

#include <cctype>

#include "base/text.h"

namespace masscan::net {

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  std::array<std::byte, 6> octets;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0 && !text.empty() && std::ispunct(static_cast<unsigned char>(text.front()))) {
      text.remove_prefix(1);
    }
    if (text.size() < 2) return std::nullopt;
    const auto octet = parse_number<std::uint8_t>(text.substr(0, 2), 16);
    if (!octet) return std::nullopt;
    octets[i] = std::byte{*octet};
    text.remove_prefix(2);
  }
  if (!text.empty()) return std::nullopt;
  return MacAddress(octets);
}

std::string to_string(const MacAddress& address, char separator) {
  std::string text;
  for (const std::byte octet : address.octets()) {
    if (!text.empty()) text += separator;
    text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
  }
  return text;
}

}  // namespace masscan::net
