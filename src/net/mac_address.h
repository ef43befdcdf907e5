// 48-bit link-layer addresses.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masscan::net {

class MacAddress {
 public:
  constexpr MacAddress() = default;
  constexpr explicit MacAddress(std::array<std::byte, 6> octets) : octets_(octets) {}
  constexpr const std::array<std::byte, 6>& octets() const { return octets_; }
  constexpr bool is_zero() const { return *this == MacAddress(); }
  constexpr auto operator<=>(const MacAddress&) const = default;

  static constexpr MacAddress broadcast() {
    constexpr std::byte all{0xff};
    return MacAddress({all, all, all, all, all, all});
  }
  // Parses twelve hexadecimal digits, each pair optionally followed by one punctuation character.
  static std::optional<MacAddress> parse(std::string_view text);

 private:
  std::array<std::byte, 6> octets_{};
};

// Writes "02:00:5e:10:00:01"; masscan's --echo uses '-' as the separator.
std::string to_string(const MacAddress& address, char separator = ':');

}  // namespace masscan::net
