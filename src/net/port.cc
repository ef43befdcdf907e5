#include "net/port.h"

#include <fmt/format.h>

namespace masscan::net {

std::string to_string(const Port& port) {
  return fmt::format("{}/{}", port.number, name(port.transport));
}

std::string to_string(const PortRange& range) {
  return range.first == range.last ? fmt::format("{}", range.first)
                                   : fmt::format("{}-{}", range.first, range.last);
}

}  // namespace masscan::net
