// Source ports that nobody else on this machine uses.
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

// The ports from which the kernel's own connections leave (net.ipv4.ip_local_port_range).
Result<net::PortRange> ephemeral_ports();

// Our end of one of the kernel's TCP sockets.
struct TcpSocket {
  enum class State : std::uint8_t { kListening, kConnected, kClosed };  // TIME_WAIT is closed

  net::IpAddress address;  // 0.0.0.0 or :: for any; of IPv4 where it is mapped into IPv6
  std::uint16_t port = 0;
  State state = State::kConnected;

  // It takes what arrives at any address of its family; with ::, as a rule of IPv4 too.
  bool is_anywhere() const {
    return address == net::Ipv4Address() || address == net::Ipv6Address();
  }
  bool operator==(const TcpSocket&) const = default;
};

// All of them, of both families.
Result<std::vector<TcpSocket>> tcp_sockets();

// Sixteen consecutive ports, aligned, at random: above the ephemeral ones, below if there is no
// room above, amidst them if there is none at all, and never under 1024.
net::PortRange default_source_ports(net::PortRange ephemeral, Random& random);

// All of the above: default source ports of which none is in use.
Result<net::PortRange> choose_source_ports(Random& random);

// "32768\t60999\n".
std::optional<net::PortRange> parse_port_range(std::string_view text);
// The table /proc/net/tcp or tcp6; appends to `sockets`. Lines that make no sense are skipped.
void parse_tcp_sockets(std::string_view table, std::vector<TcpSocket>& sockets);

}  // namespace masscan::host
