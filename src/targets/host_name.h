// Host names as targets. They are resolved elsewhere, after all input was read.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "net/port.h"

namespace masscan::targets {

// "www.example.com" with all ports of the plan, or "www.example.com:80" with that port only.
struct HostName {
  std::string name;  // in lower case
  std::optional<net::Port> port;
  // Where an excluded name was given, for messages. Not compared.
  std::string place;

  auto operator<=>(const HostName& other) const {
    return std::tie(name, port) <=> std::tie(other.name, other.port);
  }
  bool operator==(const HostName& other) const {
    return std::tie(name, port) == std::tie(other.name, other.port);
  }
};

std::string to_string(const HostName& host);

// True for labels of letters, digits and inner hyphens, 1 to 63 characters each, 253 in total, with
// an optional final dot (RFC 1123, 2.1). There must be a letter, and the last label must not be a
// number (decimal, or hexadecimal after "0x"): a mistyped address must never be resolved.
bool is_host_name(std::string_view text);

}  // namespace masscan::targets
