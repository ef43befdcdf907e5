#include "net/prefix.h"

#include <fmt/format.h>

namespace masscan::net {

AddressRange Prefix::range() const {
  if (address.is_v4()) {
    const std::uint32_t hosts = length == 0    ? ~std::uint32_t{0}
                                : length >= 32 ? 0
                                               : ~std::uint32_t{0} >> length;
    const std::uint32_t base = address.v4().number() & ~hosts;
    return {Ipv4Address(base), Ipv4Address(base | hosts)};
  }
  const Uint128 hosts = length >= 128 ? Uint128{0} : ~Uint128{0} >> length;
  const Uint128 base = address.v6().number() & ~hosts;
  return {Ipv6Address(base), Ipv6Address(base | hosts)};
}

std::string to_string(const Prefix& prefix) {
  return fmt::format("{}/{}", to_string(prefix.address), prefix.length);
}

}  // namespace masscan::net
