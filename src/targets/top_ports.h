// The order of ports by usefulness, for --top-ports.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/port.h"

namespace masscan::targets {

constexpr std::uint32_t kMostTopPorts = 65535;  // all but port 0

// True for TCP and UDP.
bool has_top_ports(net::Transport transport);

// Returns how many ports our own order has; further ones follow it.
std::uint32_t ordered_ports(net::Transport transport);

// Returns the first `count` ports: of our own order, then of `further`, then the others in
// ascending order. REQUIRES: count <= kMostTopPorts, has_top_ports(transport).
std::vector<net::TransportPorts> top_ports(net::Transport transport, std::uint32_t count,
                                           std::span<const std::uint16_t> further = {});

}  // namespace masscan::targets
