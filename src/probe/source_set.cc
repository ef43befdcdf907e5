#include "probe/source_set.h"

#include <algorithm>
#include <utility>

namespace masscan::probe {
namespace {

Uint128 number(const net::IpAddress& address) {
  return make_uint128(address.high(), address.low());
}

net::IpAddress offset_by(const net::IpAddress& first, std::uint64_t offset) {
  if (first.is_v4()) return net::Ipv4Address(static_cast<std::uint32_t>(first.low() + offset));
  return net::Ipv6Address(number(first) + offset);
}

}  // namespace

SourceSet::SourceSet(std::vector<net::AddressRange> addresses, net::PortRange ports)
    : ports_(ports), by_port_count_(ports.count()) {
  for (const net::AddressRange& range : addresses) {
    (range.first.is_v4() ? ipv4_ : ipv6_).add(range);
  }
}

bool SourceSet::owns(const net::IpAddress& address) const {
  const auto& ranges = pool(address.family()).ranges;
  return std::ranges::any_of(ranges, [&](const auto& range) { return range.contains(address); });
}

void SourceSet::Pool::add(const net::AddressRange& range) {
  const Uint128 last_index = number(range.last) - number(range.first);
  const std::uint64_t room = kMaxAskingAddresses - count;
  count += last_index < room ? low64(last_index) + 1 : room;
  ranges.push_back(range);
}

net::IpAddress SourceSet::Pool::at(std::uint64_t index) const {
  for (const net::AddressRange& range : ranges) {
    const Uint128 last_index = number(range.last) - number(range.first);
    if (index <= last_index) return offset_by(range.first, index);
    index -= low64(last_index) + 1;
  }
  CHECK(false);  // `count` is the sum of the ranges
}

}  // namespace masscan::probe
