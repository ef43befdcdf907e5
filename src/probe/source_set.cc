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

// A number below `bound` from a hash, by multiplication: as even as the remainder, and cheaper.
std::uint64_t reduce(std::uint64_t hash, std::uint64_t bound) {
  return high64(static_cast<Uint128>(hash) * bound);
}

}  // namespace

SourceSet::SourceSet(SipKey key, std::vector<net::AddressRange> addresses, net::PortRange ports)
    : key_(key), ports_(ports) {
  CHECK(ports.first <= ports.last);
  for (const net::AddressRange& range : addresses) {
    (range.first.is_v4() ? ipv4_ : ipv6_).add(range);
  }
}

std::optional<Source> SourceSet::for_target(const net::IpAddress& target, net::Port port) const {
  const Pool& addresses = pool(target.family());
  if (addresses.count == 0) return std::nullopt;
  if (addresses.count == 1 && ports_.count() == 1) {
    return Source{addresses.ranges.front().first, ports_.first};
  }
  // Three words, where a cookie has two or five: the two hashes of one key never coincide.
  const std::uint64_t hash =
      siphash(key_, target.high(), target.low(),
              static_cast<std::uint64_t>(port.transport) << 16 | port.number);
  const std::uint64_t pick = reduce(hash, addresses.count * ports_.count());
  return Source{addresses.at(pick / ports_.count()),
                static_cast<std::uint16_t>(ports_.first + pick % ports_.count())};
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
