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

// What stands in front of the IP header in a frame of the interface.
enum class LinkType : std::uint8_t {
  kEthernet,
  kLoopback,     // an Ethernet header, of zeros
  kRawIp,        // nothing: tun, wireguard, ppp
  kUnsupported,  // anything else
};

// "ethernet", "loopback", "raw ip", "unsupported".
std::string_view name(LinkType type);

struct Interface {
  int index = 0;  // the kernel's
  std::string name{};
  LinkType type = LinkType::kUnsupported;
  net::MacAddress mac{};  // zero where the link has none
  std::uint32_t mtu = 0;
  bool is_up = false;        // the administrator wants it
  bool has_carrier = false;  // and the wire is there
  // Each with the prefix of its network. Usable ones only (no duplicate or still tentative IPv6
  // address), in the kernel's order, deprecated ones last.
  std::vector<net::Prefix> addresses{};

  bool owns(const net::IpAddress& address) const;
};

// All of them, by index; a dump of links and one of addresses. Needs no privileges.
Result<std::vector<Interface>> interfaces();

// By name, or by its number in `--iflist`; else an Error that says which there are.
Result<Interface> find_interface(std::span<const Interface> interfaces,
                                 std::string_view name_or_number);

// The text of `--iflist`: a line each, numbered, with its addresses.
std::string format_interface_list(std::span<const Interface> interfaces);

}  // namespace masscan::host
