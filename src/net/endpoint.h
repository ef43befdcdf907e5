// The address and port of a TCP or UDP socket.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/ip_address.h"

namespace masscan::net {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  constexpr auto operator<=>(const Endpoint&) const = default;

  // Parses "127.0.0.1:9100" or "[::1]:9100", as to_string writes them.
  static std::optional<Endpoint> parse(std::string_view text);
};

std::string to_string(const Endpoint& endpoint);

}  // namespace masscan::net
