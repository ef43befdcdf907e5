// A transport and a number: what a probe asks for at an address. masscan calls all of these
// "ports".
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace masscan::net {

// The order of ports in a plan, and therefore part of what a seed means. Do not reorder.
enum class Transport : std::uint8_t { kTcp, kUdp, kSctp, kIcmp, kArp, kIp };

// Returns "tcp", "udp", "sctp", "icmp", "arp" or "ip".
constexpr std::string_view name(Transport transport) {
  switch (transport) {
    case Transport::kTcp:
      return "tcp";
    case Transport::kUdp:
      return "udp";
    case Transport::kSctp:
      return "sctp";
    case Transport::kIcmp:
      return "icmp";
    case Transport::kArp:
      return "arp";
    case Transport::kIp:
      return "ip";
  }
  return "ip";
}

struct Port {
  Transport transport = Transport::kTcp;
  std::uint16_t number = 0;

  constexpr auto operator<=>(const Port&) const = default;
};

// Writes "80/tcp".
std::string to_string(const Port& port);

// Both ends are included.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  constexpr bool contains(std::uint16_t number) const { return first <= number && number <= last; }
  constexpr std::uint32_t count() const { return std::uint32_t{last} - first + 1; }
  constexpr auto operator<=>(const PortRange&) const = default;
};

// Consecutive ports of one transport.
struct TransportPorts {
  Transport transport = Transport::kTcp;
  PortRange ports;

  constexpr auto operator<=>(const TransportPorts&) const = default;
};

// Writes "40000-40015", or "40000" for a single port.
std::string to_string(const PortRange& range);

}  // namespace masscan::net
