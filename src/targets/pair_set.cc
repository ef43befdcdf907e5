#include "targets/pair_set.h"

#include <algorithm>
#include <utility>

#include "targets/append.h"

namespace masscan::targets {
namespace {

constexpr std::size_t kPairsInText = 32;

std::uint32_t pack(net::Port port) {
  return static_cast<std::uint32_t>(port.transport) << 16 | port.number;
}

net::Port unpack(std::uint32_t packed) {
  return {static_cast<net::Transport>(packed >> 16), static_cast<std::uint16_t>(packed)};
}

template <typename T>
void sort_once(std::vector<T>& pairs) {
  if (!std::is_sorted(pairs.begin(), pairs.end())) std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  pairs.shrink_to_fit();
}

template <typename T>
std::optional<std::uint64_t> find(const std::vector<T>& pairs, const T& pair) {
  const auto at = std::lower_bound(pairs.begin(), pairs.end(), pair);
  if (at == pairs.end() || *at != pair) return std::nullopt;
  return static_cast<std::uint64_t>(at - pairs.begin());
}

// Returns the addresses of `pairs`. REQUIRES: sorted, so that equal addresses are adjacent.
template <typename A, typename T>
std::vector<Range<A>> addresses_of(const std::vector<T>& pairs, A (net::IpAddress::*take)() const) {
  std::vector<Range<A>> ranges;
  for (const T& pair : pairs) {
    const net::IpAddress address = pair.target().address;
    const A one = (address.*take)();
    if (ranges.empty() || !absorb(ranges.back(), {one, one})) ranges.push_back({one, one});
  }
  return ranges;
}

}  // namespace

Ipv4Pair::Ipv4Pair(net::Ipv4Address address, net::Port port)
    : number_(std::uint64_t{address.number()} << 32 | pack(port)) {}

Target Ipv4Pair::target() const {
  return {net::Ipv4Address(static_cast<std::uint32_t>(number_ >> 32)),
          unpack(static_cast<std::uint32_t>(number_))};
}

Ipv6Pair::Ipv6Pair(net::Ipv6Address address, net::Port port)
    : high_(high64(address.number())), low_(low64(address.number())), port_(pack(port)) {}

Target Ipv6Pair::target() const {
  return {net::Ipv6Address(make_uint128(high_, low_)), unpack(port_)};
}

void PairList::add(const Target& target) {
  if (target.address.is_v4()) {
    v4.emplace_back(target.address.v4(), target.port);
  } else {
    v6.emplace_back(target.address.v6(), target.port);
  }
}

void PairList::append(PairList other) {
  targets::append(v4, std::move(other.v4));
  targets::append(v6, std::move(other.v6));
}

void PairSet::add(PairList pairs) {
  pairs_.append(std::move(pairs));
  sort_once(pairs_.v4);
  sort_once(pairs_.v6);
}

template <typename Predicate>
void PairSet::erase_if(Predicate is_gone) {
  std::erase_if(pairs_.v4, [&](const Ipv4Pair& pair) { return is_gone(pair.target()); });
  std::erase_if(pairs_.v6, [&](const Ipv6Pair& pair) { return is_gone(pair.target()); });
}

void PairSet::subtract(const AddressSet& addresses) {
  if (addresses.empty()) return;
  erase_if([&](const Target& target) { return addresses.contains(target.address); });
}

void PairSet::subtract(const PortSet& ports) {
  if (ports.empty()) return;
  erase_if([&](const Target& target) { return ports.contains(target.port); });
}

void PairSet::subtract_product(const AddressSet& addresses, const PortSet& ports) {
  if (addresses.empty() || ports.empty()) return;
  erase_if([&](const Target& target) {
    return ports.contains(target.port) && addresses.contains(target.address);
  });
}

std::optional<std::uint64_t> PairSet::index_of(const Target& target) const {
  const net::IpAddress& address = target.address;
  if (address.is_v4()) return find(pairs_.v4, {address.v4(), target.port});
  const auto found = find(pairs_.v6, {address.v6(), target.port});
  if (!found) return std::nullopt;
  return pairs_.v4.size() + *found;
}

AddressSet PairSet::addresses() const {
  AddressRanges ranges{.v4 = addresses_of(pairs_.v4, &net::IpAddress::v4),
                       .v6 = addresses_of(pairs_.v6, &net::IpAddress::v6)};
  AddressSet set;
  set.add(std::move(ranges));
  return set;
}

bool PairSet::operator==(const PairSet& other) const {
  return pairs_.v4 == other.pairs_.v4 && pairs_.v6 == other.pairs_.v6;
}

std::vector<std::string> describe(const PairSet& set) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < set.size(); ++i) {
    if (i % kPairsInText == 0) {
      texts.emplace_back();
    } else {
      texts.back() += ',';
    }
    texts.back() += to_string(set.at(i));
  }
  return texts;
}

}  // namespace masscan::targets
