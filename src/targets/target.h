// One target: a port at an address.
#pragma once

#include <compare>
#include <string>

#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::targets {

struct Target {
  net::IpAddress address;
  net::Port port;

  constexpr auto operator<=>(const Target&) const = default;
};

// Writes "10.0.0.1:80" or "[fd09::1]:80". The transport is left out: pairs are TCP only.
std::string to_string(const Target& target);

}  // namespace masscan::targets
