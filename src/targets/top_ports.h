// The order of ports by usefulness, for --top-ports.
#pragma once

#include <cstdint>
#include <vector>

#include "net/port.h"

namespace masscan::targets {

constexpr std::uint32_t kMostTopPorts = 65535;  // all but port 0

// True for TCP and UDP.
bool has_top_ports(net::Transport transport);

// Returns the first `count` ports. REQUIRES: count <= kMostTopPorts, has_top_ports(transport).
std::vector<net::TransportPorts> top_ports(net::Transport transport, std::uint32_t count);

}  // namespace masscan::targets
