// Lists of UDP ports as the payloads' sources write them.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/port.h"
#include "targets/port_set.h"

namespace masscan::payloads {

// `place` names the source in the Error.
inline Result<std::vector<net::PortRange>> parse_udp_ports(std::string_view text,
                                                           std::string_view place) {
  targets::PortSet set;
  TRY(targets::parse_ports(text, place, net::Transport::kUdp, set));
  std::vector<net::PortRange> ports;
  for (const auto& [transport, range] : set.ranges()) {
    if (transport != net::Transport::kUdp) {
      return usage_error("{}: '{}' names ports that are not of UDP; write their numbers", place,
                         text);
    }
    ports.push_back(range);
  }
  return ports;
}

}  // namespace masscan::payloads
