#include "net/port.h"

#include <fmt/format.h>

#include <array>

namespace masscan::net {

std::string_view name(Transport transport) {
  constexpr std::array<std::string_view, 6> kNames = {"tcp", "udp", "sctp", "icmp", "arp", "ip"};
  return kNames[static_cast<std::size_t>(transport)];
}

std::string to_string(const Port& port) {
  return fmt::format("{}/{}", port.number, name(port.transport));
}

std::string to_string(const PortRange& range) {
  return range.first == range.last ? fmt::format("{}", range.first)
                                   : fmt::format("{}-{}", range.first, range.last);
}

}  // namespace masscan::net
