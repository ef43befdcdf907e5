#include "host/route_map.h"

#include <algorithm>
#include <bit>

namespace masscan::host {
namespace {

net::Family family_of(net::Ipv4Address) { return net::Family::kIpv4; }
net::Family family_of(net::Ipv6Address) { return net::Family::kIpv6; }

net::Ipv4Address as(net::Ipv4Address, const net::IpAddress& address) { return address.v4(); }
net::Ipv6Address as(net::Ipv6Address, const net::IpAddress& address) { return address.v6(); }

// Returns the first address of each prefix of the family, and the address after each, sorted and
// unique. The address after the very last one is 0, which is harmless.
template <typename Address>
std::vector<typename Address::Number> boundaries_of(std::span<const net::Prefix> seams) {
  using Number = typename Address::Number;
  std::vector<Number> cuts;
  for (const net::Prefix& seam : seams) {
    if (seam.address.family() != family_of(Address())) continue;
    const net::AddressRange range = seam.range();
    cuts.push_back(as(Address(), range.first).number());
    cuts.push_back(static_cast<Number>(as(Address(), range.last).number() + 1));
  }
  std::ranges::sort(cuts);
  const auto repeated = std::ranges::unique(cuts);
  cuts.erase(repeated.begin(), repeated.end());
  return cuts;
}

template <typename Address, typename Step>
net::AddressRange alike_in(const std::vector<Step>& steps, Address target) {
  using Number = typename Address::Number;
  const auto next = std::ranges::upper_bound(steps, target.number(), {}, &Step::first);
  const Number begin = next == steps.begin() ? Number{0} : std::prev(next)->first;
  const Number end = next == steps.end() ? Number{0} : next->first;  // 0: wraps to the very last
  return {Address(begin), Address(static_cast<Number>(end - 1))};
}

int common_bits(net::Ipv6Address a, net::Ipv6Address b) {
  const Uint128 difference = a.number() ^ b.number();
  const int high = std::countl_zero(high64(difference));
  return high < 64 ? high : 64 + std::countl_zero(low64(difference));
}

std::optional<net::IpAddress> best_source_v4(const Interface& interface,
                                             const net::IpAddress& next_hop) {
  std::optional<net::IpAddress> first;
  for (const net::Prefix& own : interface.addresses) {
    if (!own.address.is_v4()) continue;
    if (own.contains(next_hop)) return own.address;
    if (!first) first = own.address;
  }
  return first;
}

// Bits beyond the prefix of an address say nothing about proximity.
std::optional<net::IpAddress> best_source_v6(const Interface& interface, net::Ipv6Address target) {
  std::optional<net::IpAddress> best;
  int best_bits = -1;
  for (const net::Prefix& own : interface.addresses) {
    if (!own.address.is_v6()) continue;
    const net::Ipv6Address address = own.address.v6();
    if (address.is_link_local() != target.is_link_local()) continue;
    const int common = std::min<int>(common_bits(address, target), own.length);
    if (common > best_bits) best = address;
    best_bits = std::max(best_bits, common);
  }
  return best;
}

}  // namespace

Result<RouteMap> RouteMap::make(std::span<const net::AddressRange> targets,
                                std::span<const net::Prefix> seams, const Decide& decide) {
  RouteMap map;
  TRY(map.fill<net::Ipv4Address>(targets, seams, decide, map.steps_v4_));
  TRY(map.fill<net::Ipv6Address>(targets, seams, decide, map.steps_v6_));
  return map;
}

template <typename Address>
Result<void> RouteMap::fill(std::span<const net::AddressRange> targets,
                            std::span<const net::Prefix> seams, const Decide& decide,
                            std::vector<Step<typename Address::Number>>& steps) {
  using Number = typename Address::Number;
  const std::vector<Number> cuts = boundaries_of<Address>(seams);
  // the end of the range last asked about
  std::optional<typename std::vector<Number>::const_iterator> decided;
  for (const net::AddressRange& range : targets) {
    if (range.first.family() != family_of(Address())) continue;
    const Number last = as(Address(), range.last).number();
    for (Number at = as(Address(), range.first).number();;) {
      const auto end = std::ranges::upper_bound(cuts, at);
      if (end != decided) {
        const RouteDecision route = TRY(decide(Address(at)));
        add_step(at, route, steps);
        decided = end;
      }
      if (end == cuts.end() || *end > last) break;
      at = *end;
    }
  }
  return {};
}

template <typename Number>
void RouteMap::add_step(Number first, const RouteDecision& route,
                        std::vector<Step<Number>>& steps) {
  if (!steps.empty() && routes_.back() == route) return;
  steps.push_back({first, routes_.size()});
  routes_.push_back(route);
}

const RouteDecision* RouteMap::find(const net::IpAddress& target) const {
  const auto find_in = [&](const auto& steps, auto number) -> const RouteDecision* {
    const auto next =
        std::ranges::upper_bound(steps, number, {}, [](const auto& s) { return s.first; });
    return next == steps.begin() ? nullptr : &routes_[std::prev(next)->route];
  };
  return target.is_v4() ? find_in(steps_v4_, target.v4().number())
                        : find_in(steps_v6_, target.v6().number());
}

std::optional<Hop> RouteMap::lookup(const net::IpAddress& target) const {
  const RouteDecision* route = find(target);
  return route == nullptr ? std::nullopt : route->hop;
}

net::AddressRange RouteMap::range_of(const net::IpAddress& target) const {
  return target.is_v4() ? alike_in(steps_v4_, target.v4()) : alike_in(steps_v6_, target.v6());
}

std::vector<RouteMap::Range> RouteMap::ranges() const {
  std::vector<Range> ranges;
  for (const auto& step : steps_v4_) {
    ranges.push_back({net::Ipv4Address(step.first), &routes_[step.route]});
  }
  for (const auto& step : steps_v6_) {
    ranges.push_back({net::Ipv6Address(step.first), &routes_[step.route]});
  }
  return ranges;
}

std::optional<net::IpAddress> best_source(const Interface& interface, const net::IpAddress& target,
                                          const net::IpAddress& next_hop) {
  return target.is_v4() ? best_source_v4(interface, next_hop)
                        : best_source_v6(interface, target.v6());
}

}  // namespace masscan::host
