// Which ports are worth asking first, for --top-ports: an order of all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "net/port.h"

namespace masscan::targets {

constexpr std::uint32_t kMostTopPorts = 65535;  // all but port 0

// Is there an order? Of TCP and UDP ports.
bool has_top_ports(net::Transport transport);

// The first `count`, at most kMostTopPorts, of a transport that has an order.
std::vector<net::TransportPorts> top_ports(net::Transport transport, std::uint32_t count);

}  // namespace masscan::targets
