// What is asked at an address: a transport and a number. masscan calls all of these "ports".
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace masscan::net {

// The order is the order of ports in a plan, and so part of what a seed means: never reorder.
enum class Transport : std::uint8_t { kTcp, kUdp, kSctp, kIcmp, kArp, kIp };

// "tcp", "udp", "sctp", "icmp", "arp", "ip".
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

// "80/tcp".
std::string to_string(const Port& port);

// Both ends belong to it.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  constexpr bool contains(std::uint16_t number) const { return first <= number && number <= last; }
  constexpr std::uint32_t count() const { return std::uint32_t{last} - first + 1; }
  constexpr auto operator<=>(const PortRange&) const = default;
};

// Ports of one transport that follow each other.
struct TransportPorts {
  Transport transport = Transport::kTcp;
  PortRange ports;

  constexpr auto operator<=>(const TransportPorts&) const = default;
};

// "40000-40015", or "40000" where both ends are one.
std::string to_string(const PortRange& range);

}  // namespace masscan::net
