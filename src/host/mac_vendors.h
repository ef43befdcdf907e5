// The vendors of MAC addresses, from a list that other programs install.
// Thread: any, for a constant object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/mac_address.h"

namespace masscan::host {

class MacVendors {
 public:
  // Reads the first list that there is: of the packages ieee-data, nmap-common or arp-scan. Without
  // one it knows no vendor.
  static MacVendors open();
  // Parses lines of six hexadecimal digits and a name, which "(base 16)" may precede; skips others.
  static MacVendors parse(std::string_view text);

  // Returns an empty name if the vendor is unknown.
  std::string_view find(const net::MacAddress& address) const;

 private:
  std::unordered_map<std::uint32_t, std::string> names_;  // by the first three octets
};

}  // namespace masscan::host
