// Source ports that nobody else on this machine uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "net/port.h"

namespace masscan::host {

// The ports from which the kernel's own connections leave (net.ipv4.ip_local_port_range).
Result<net::PortRange> ephemeral_ports();

// The local ports of the kernel's TCP sockets, listening or connected, sorted.
Result<std::vector<std::uint16_t>> used_tcp_ports();

// Sixteen consecutive ports, aligned, at random: above the ephemeral ones, below if there is no
// room above, amidst them if there is none at all, and never under 1024.
net::PortRange default_source_ports(net::PortRange ephemeral, Random& random);

// All of the above: default source ports of which none is in use.
Result<net::PortRange> choose_source_ports(Random& random);

// "32768\t60999\n".
std::optional<net::PortRange> parse_port_range(std::string_view text);
// The table /proc/net/tcp or tcp6; appends to `ports`. Lines that make no sense are skipped.
void parse_tcp_sockets(std::string_view table, std::vector<std::uint16_t>& ports);

}  // namespace masscan::host
