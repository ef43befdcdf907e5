// The network interfaces of this machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"
#include "net/mac_address.h"
#include "net/prefix.h"

namespace masscan::host {

// The header in front of the IP header in a frame of the interface.
enum class LinkType : std::uint8_t {
  kEthernet,
  kLoopback,     // an Ethernet header of zeros
  kRawIp,        // no header: tun, wireguard, ppp
  kUnsupported,  // anything else
};

// Returns "ethernet", "loopback", "raw ip" or "unsupported".
std::string_view name(LinkType type);

struct Interface {
  int index = 0;  // of the kernel
  std::string name{};
  LinkType type = LinkType::kUnsupported;
  net::MacAddress mac{};  // zero if the link has none
  std::uint32_t mtu = 0;
  bool is_up = false;        // set up by the administrator
  bool has_carrier = false;  // and the link is connected
  // With the prefix of its network each. Usable ones only (no duplicate or tentative IPv6 address),
  // in the kernel's order, deprecated ones last.
  std::vector<net::Prefix> addresses{};

  bool owns(const net::IpAddress& address) const;
};

// Returns all interfaces by index. Requests a dump of links and one of addresses; needs no
// privileges.
Result<std::vector<Interface>> interfaces();

// Finds an interface by name or by its number in `--iflist`. The Error lists the existing ones.
Result<Interface> find_interface(std::span<const Interface> interfaces,
                                 std::string_view name_or_number);

// Writes the text of `--iflist`: one numbered line per interface, with its addresses.
std::string format_interface_list(std::span<const Interface> interfaces);

}  // namespace masscan::host
