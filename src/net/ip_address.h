// IPv4 and IPv6 addresses as numbers in host order, and their text as masscan prints it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/uint128.h"

namespace masscan::net {

class Ipv4Address {
 public:
  using Number = std::uint32_t;
  static constexpr int kBits = 32;

  constexpr Ipv4Address() = default;
  constexpr explicit Ipv4Address(std::uint32_t number) : number_(number) {}
  constexpr std::uint32_t number() const { return number_; }
  constexpr auto operator<=>(const Ipv4Address&) const = default;

  // Parses exactly four decimal octets 0-255 of at most three digits each: "10.0.0.1".
  static std::optional<Ipv4Address> parse(std::string_view text);

 private:
  std::uint32_t number_ = 0;
};

class Ipv6Address {
 public:
  using Number = Uint128;
  static constexpr int kBits = 128;

  constexpr Ipv6Address() = default;
  constexpr explicit Ipv6Address(Uint128 number) : number_(number) {}
  constexpr Uint128 number() const { return number_; }
  constexpr auto operator<=>(const Ipv6Address&) const = default;

  constexpr bool is_link_local() const { return (number_ >> 118) == (0xfe80 >> 6); }
  constexpr bool is_multicast() const { return (number_ >> 120) == 0xff; }
  // Returns the multicast group for Neighbor Solicitations of this address (RFC 4291, 2.7.1).
  constexpr Ipv6Address solicited_node() const {
    return Ipv6Address(
        make_uint128(0xff02000000000000, 0x00000001ff000000 | (low64(number_) & 0xffffff)));
  }

  // Parses RFC 4291 text without brackets or scope: "fd09::2", also "::ffff:1.2.3.4".
  static std::optional<Ipv6Address> parse(std::string_view text);

 private:
  Uint128 number_ = 0;
};

enum class Family : std::uint8_t { kIpv4, kIpv6 };

// An IPv4 or IPv6 address; IPv4 sorts first.
class IpAddress {
 public:
  constexpr IpAddress() = default;
  constexpr IpAddress(Ipv4Address address) : low_(address.number()), family_(Family::kIpv4) {}
  constexpr IpAddress(Ipv6Address address)
      : high_(high64(address.number())), low_(low64(address.number())), family_(Family::kIpv6) {}

  // Rebuilds an address from `high` and `low`.
  constexpr IpAddress(Family family, std::uint64_t high, std::uint64_t low)
      : high_(high), low_(low), family_(family) {}

  constexpr Family family() const { return family_; }
  constexpr bool is_v4() const { return family_ == Family::kIpv4; }
  constexpr bool is_v6() const { return family_ == Family::kIpv6; }
  constexpr Ipv4Address v4() const {
    DCHECK(is_v4());
    return Ipv4Address(static_cast<std::uint32_t>(low_));
  }
  constexpr Ipv6Address v6() const {
    DCHECK(is_v6());
    return Ipv6Address(make_uint128(high_, low_));
  }
  // The 128 bits as two words, for hashing; `low` of an IPv4 address is its number.
  constexpr std::uint64_t high() const { return high_; }
  constexpr std::uint64_t low() const { return low_; }

  constexpr friend bool operator==(const IpAddress&, const IpAddress&) = default;
  constexpr friend std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b) {
    if (a.family_ != b.family_) return a.family_ <=> b.family_;
    if (a.high_ != b.high_) return a.high_ <=> b.high_;
    return a.low_ <=> b.low_;
  }

  static std::optional<IpAddress> parse(std::string_view text);

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  Family family_ = Family::kIpv4;
};

// Writes addresses as masscan does. IPv6: lower case, no leading zeros, and the FIRST run of zero
// groups (even a single group) becomes "::". This differs from RFC 5952 but always parses.
std::string to_string(Ipv4Address address);
std::string to_string(Ipv6Address address);
std::string to_string(const IpAddress& address);

}  // namespace masscan::net
