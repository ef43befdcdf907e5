#include "net/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>

#include "base/bytes.h"
#include "base/text.h"

namespace masscan::net {

std::optional<Ipv4Address> Ipv4Address::parse(std::string_view text) {
  std::uint32_t number = 0;
  for (int octet = 0; octet < 4; ++octet) {
    const std::size_t dot = octet < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos || dot > 3) return std::nullopt;
    const auto value = parse_number<std::uint8_t>(text.substr(0, dot));
    if (!value) return std::nullopt;
    number = number << 8 | *value;
    text.remove_prefix(octet < 3 ? dot + 1 : dot);
  }
  return Ipv4Address(number);
}

std::optional<Ipv6Address> Ipv6Address::parse(std::string_view text) {
  std::array<std::byte, 16> raw;
  const std::string terminated(text);
  if (terminated.size() != std::string_view(terminated.c_str()).size()) return std::nullopt;
  if (inet_pton(AF_INET6, terminated.c_str(), raw.data()) != 1) return std::nullopt;
  return Ipv6Address(make_uint128(load_be<std::uint64_t>(raw, 0), load_be<std::uint64_t>(raw, 8)));
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (const auto v4 = Ipv4Address::parse(text)) return *v4;
  if (const auto v6 = Ipv6Address::parse(text)) return *v6;
  return std::nullopt;
}

std::string to_string(Ipv4Address address) {
  const std::uint32_t n = address.number();
  return fmt::format("{}.{}.{}.{}", n >> 24, n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff);
}

std::string to_string(Ipv6Address address) {
  std::array<std::uint16_t, 8> groups;
  for (std::size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<std::uint16_t>(address.number() >> (112 - 16 * i));
  }
  std::string text;
  bool compressed = false;
  for (std::size_t i = 0; i < 8;) {
    if (groups[i] == 0 && !compressed) {
      compressed = true;
      text += i == 0 ? "::" : ":";
      while (i < 8 && groups[i] == 0) ++i;
      continue;
    }
    text += fmt::format("{:x}", groups[i]);
    if (++i < 8) text += ':';
  }
  return text;
}

std::string to_string(const IpAddress& address) {
  return address.is_v4() ? to_string(address.v4()) : to_string(address.v6());
}

}  // namespace masscan::net
