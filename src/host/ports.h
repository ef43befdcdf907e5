// Chooses source ports that no other program on this machine uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::host {

// Returns the local ports of the kernel's own connections (net.ipv4.ip_local_port_range).
Result<net::PortRange> ephemeral_ports();

// The local end of one of the kernel's sockets; one of UDP is listening or connected.
struct LocalSocket {
  enum class State : std::uint8_t { kListening, kConnected, kClosed };  // TIME_WAIT is closed

  net::IpAddress address;  // 0.0.0.0 or :: for any; IPv4 if it is an IPv4-mapped address
  std::uint16_t port = 0;
  State state = State::kConnected;

  // True if it accepts any address of its family; with :: usually IPv4 too.
  bool is_anywhere() const {
    return address == net::Ipv4Address() || address == net::Ipv6Address();
  }
  bool operator==(const LocalSocket&) const = default;
};

// Returns the TCP and UDP sockets of both families.
Result<std::vector<LocalSocket>> local_sockets();

// Chooses `count` (a power of two) consecutive, aligned ports at random: above the ephemeral range,
// below it if there is no room, within it if there is none either; never under 1024.
net::PortRange default_source_ports(net::PortRange ephemeral, std::uint32_t count, Random& random);

// Chooses default source ports of which none is in use.
Result<net::PortRange> choose_source_ports(std::uint32_t count, Random& random);

// Parses "32768\t60999\n".
std::optional<net::PortRange> parse_port_range(std::string_view text);
// Parses /proc/net/tcp, tcp6, udp or udp6 and appends to `sockets`. Skips malformed lines.
void parse_sockets(std::string_view table, std::vector<LocalSocket>& sockets);

}  // namespace masscan::host
