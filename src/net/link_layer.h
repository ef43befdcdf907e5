// The header in front of the IP header of a frame.
#pragma once

#include <cstdint>

namespace masscan::net {

enum class LinkLayer : std::uint8_t {
  kEthernet,  // 14 bytes: destination, source, type
  kRawIp,     // no header: tunnels and point-to-point devices
};

}  // namespace masscan::net
