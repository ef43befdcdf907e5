// Names as targets. What a name stands for is looked up elsewhere, after everything was read.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "net/port.h"

namespace masscan::targets {

// "www.example.com" with all ports of the plan, or "www.example.com:80" with that one.
struct HostName {
  std::string name;  // in lower case
  std::optional<net::Port> port;
  // Of one that is excluded, for messages: where it stood. Not part of its identity.
  std::string place;

  auto operator<=>(const HostName& other) const {
    return std::tie(name, port) <=> std::tie(other.name, other.port);
  }
  bool operator==(const HostName& other) const {
    return std::tie(name, port) == std::tie(other.name, other.port);
  }
};

std::string to_string(const HostName& host);

// Labels of letters, digits and inner hyphens, 1 to 63 characters each, 253 together; a dot may end
// it (RFC 1123, 2.1). At least one letter, and the last label is no number, decimal or
// hexadecimal after "0x": what is meant as an address, however mistyped, is never looked up.
bool is_host_name(std::string_view text);

}  // namespace masscan::targets
