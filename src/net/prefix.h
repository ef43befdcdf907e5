// Address blocks: prefixes (CIDR) and closed ranges.
#pragma once

#include <compare>
#include <optional>
#include <string>

#include "net/ip_address.h"

namespace masscan::net {

// The addresses from first to last, both included. REQUIRES: both of one family.
struct AddressRange {
  IpAddress first;
  IpAddress last;

  constexpr bool contains(const IpAddress& address) const {
    return first <= address && address <= last;
  }
  constexpr auto operator<=>(const AddressRange&) const = default;
};

struct Prefix {
  IpAddress address;  // may have bits below the prefix, like an interface's address in its network
  std::uint8_t length = 0;

  // Returns all addresses of the prefix.
  AddressRange range() const;
  bool contains(const IpAddress& other) const { return range().contains(other); }
  constexpr auto operator<=>(const Prefix&) const = default;
};

std::string to_string(const Prefix& prefix);

}  // namespace masscan::net
