#include "targets/target.h"

#include <fmt/format.h>

namespace masscan::targets {

std::string to_string(const Target& target) {
  const std::string address = to_string(target.address);
  if (target.address.is_v4()) return fmt::format("{}:{}", address, target.port.number);
  return fmt::format("[{}]:{}", address, target.port.number);
}

}  // namespace masscan::targets
