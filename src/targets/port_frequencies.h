// Reads how often ports are open from a file in the format of nmap-services, which nmap installs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "net/port.h"

namespace masscan::targets {

// Returns the ports of `transport` that are open at all, the most frequent first. Skips lines of
// another form than "http 80/tcp 0.48 # comment".
std::vector<std::uint16_t> ports_by_frequency(std::string_view text, net::Transport transport);

}  // namespace masscan::targets
