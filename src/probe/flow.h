// The endpoints of a probe: both addresses, both ports and the transport.
#pragma once

#include <cstdint>

#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::probe {

// Our address and port.
struct Source {
  net::IpAddress address{};
  std::uint16_t port = 0;

  bool operator==(const Source&) const = default;
};

// Both addresses are of one family.
struct Flow {
  net::IpAddress target{};
  net::Port port{};
  Source source{};

  bool operator==(const Flow&) const = default;
};

}  // namespace masscan::probe
