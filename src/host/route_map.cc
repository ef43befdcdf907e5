#include "host/route_map.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

namespace masscan::host {
namespace {

constexpr std::uint32_t kNoWay = ~std::uint32_t{0};
constexpr std::array kTables = {RouteTable::kLocal, RouteTable::kMain, RouteTable::kDefault};

Uint128 number(const net::IpAddress& address) {
  return make_uint128(address.high(), address.low());
}

// A route as a stretch of its family's number line.
struct Stretch {
  Uint128 first;
  Uint128 last;
  RouteTable table;
  RouteKind kind;
  std::uint32_t metric;
  std::uint32_t way;
};

Stretch to_stretch(const Route& route, std::uint32_t way) {
  const net::AddressRange range = route.destination.range();
  return {number(range.first), number(range.last), route.table, route.kind, route.metric, way};
}

// Outer prefixes before inner ones; of equal prefixes in one table only the lowest metric stays,
// the kernel's first where metrics are equal.
void sort_and_prune(std::vector<Stretch>& stretches) {
  std::ranges::stable_sort(stretches, [](const Stretch& a, const Stretch& b) {
    return std::tuple(a.first, ~a.last, a.table, a.metric) <
           std::tuple(b.first, ~b.last, b.table, b.metric);
  });
  const auto duplicates = std::ranges::unique(stretches, [](const Stretch& a, const Stretch& b) {
    return a.first == b.first && a.last == b.last && a.table == b.table;
  });
  stretches.erase(duplicates.begin(), duplicates.end());
}

// The decision where exactly these stretches overlap, the innermost one last.
std::uint32_t decide(const std::vector<const Stretch*>& nested) {
  for (const RouteTable table : kTables) {
    for (auto it = nested.rbegin(); it != nested.rend(); ++it) {
      if ((*it)->table != table) continue;
      if ((*it)->kind == RouteKind::kThrow) break;
      return (*it)->way;
    }
  }
  return kNoWay;
}

// Walks the number line once. `nested` holds the stretches around the current position; it changes
// only where one begins or ends, and only there can a step be.
template <typename Step>
std::vector<Step> flatten(std::vector<Stretch> stretches) {
  sort_and_prune(stretches);
  std::vector<Step> steps = {{0, kNoWay}};
  std::vector<const Stretch*> nested;
  const auto step_at = [&](Uint128 position) {
    const std::uint32_t way = decide(nested);
    const auto first = static_cast<decltype(Step::first)>(position);
    if (steps.back().first == first) steps.pop_back();
    if (steps.empty() || steps.back().way != way) steps.push_back({first, way});
  };
  const auto leave_all_before = [&](Uint128 position) {
    while (!nested.empty() && nested.back()->last < position) {
      const Uint128 after = nested.back()->last + 1;
      nested.pop_back();
      step_at(after);
    }
  };
  for (const Stretch& stretch : stretches) {
    leave_all_before(stretch.first);
    nested.push_back(&stretch);
    step_at(stretch.first);
  }
  constexpr auto kLast = static_cast<decltype(Step::first)>(~Uint128{0});
  leave_all_before(kLast);
  return steps;
}

template <typename Step, typename Number>
std::uint32_t way_at(const std::vector<Step>& steps, Number position) {
  if (steps.empty()) return kNoWay;
  return std::prev(std::ranges::upper_bound(steps, position, {}, &Step::first))->way;
}

template <typename Address, typename Step>
net::AddressRange alike_in(const std::vector<Step>& steps, Address target) {
  using Number = typename Address::Number;
  if (steps.empty()) return {Address(0), Address(static_cast<Number>(~Number{0}))};
  const auto next = std::ranges::upper_bound(steps, target.number(), {}, &Step::first);
  const Number end = next == steps.end() ? Number{0} : next->first;  // 0: wraps to the very last
  return {Address(std::prev(next)->first), Address(static_cast<Number>(end - 1))};
}

const Interface* loopback_of(const std::vector<Interface>& interfaces) {
  const auto it = std::ranges::find(interfaces, LinkType::kLoopback, &Interface::type);
  return it == interfaces.end() ? nullptr : &*it;
}

int bits(net::Family family) {
  return family == net::Family::kIpv4 ? net::Ipv4Address::kBits : net::Ipv6Address::kBits;
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

// What lies beyond an address's own prefix says nothing about nearness.
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

RouteMap::RouteMap(std::span<const Route> routes, std::vector<Interface> interfaces)
    : interfaces_(std::move(interfaces)) {
  std::vector<Stretch> v4;
  std::vector<Stretch> v6;
  for (const Route& route : routes) {
    std::uint32_t way = kNoWay;
    if (route.kind == RouteKind::kUnicast || route.kind == RouteKind::kLocal) {
      const std::optional<Way> usable = to_way(route);
      if (!usable) continue;
      way = static_cast<std::uint32_t>(ways_.size());
      ways_.push_back(*usable);
    }
    (route.destination.address.is_v4() ? v4 : v6).push_back(to_stretch(route, way));
  }
  steps_v4_ = flatten<Step<std::uint32_t>>(std::move(v4));
  steps_v6_ = flatten<Step<Uint128>>(std::move(v6));
}

std::optional<Hop> RouteMap::lookup(const net::IpAddress& target) const {
  const Way* way = find(target);
  if (way == nullptr) return std::nullopt;
  return way->hop;
}

net::AddressRange RouteMap::alike(const net::IpAddress& target) const {
  return target.is_v4() ? alike_in(steps_v4_, target.v4()) : alike_in(steps_v6_, target.v6());
}

std::optional<net::IpAddress> RouteMap::source_for(const net::IpAddress& target) const {
  const Way* way = find(target);
  if (way == nullptr) return std::nullopt;
  if (way->preferred_source) return way->preferred_source;
  const net::IpAddress next_hop = way->hop.gateway.value_or(target);
  const Interface& outgoing = *find_interface(way->hop.interface);
  if (const auto source = best_source(outgoing, target, next_hop)) return source;
  for (const Interface& other : interfaces_) {
    if (other.type == LinkType::kLoopback || !other.is_up) continue;
    if (const auto source = best_source(other, target, next_hop)) return source;
  }
  return std::nullopt;
}

const Interface* RouteMap::find_interface(int index) const {
  const auto it = std::ranges::find(interfaces_, index, &Interface::index);
  return it == interfaces_.end() ? nullptr : &*it;
}

// Packets to ourselves go round the loopback interface, whichever interface has the address, and
// carry the same address at both ends.
std::optional<RouteMap::Way> RouteMap::to_way(const Route& route) const {
  const bool is_local = route.kind == RouteKind::kLocal;
  const Interface* out = is_local ? loopback_of(interfaces_) : find_interface(route.hop.interface);
  if (out == nullptr || !out->is_up) return std::nullopt;
  const net::Prefix& destination = route.destination;
  const bool is_one_address = destination.length == bits(destination.address.family());
  Way way = {{out->index, route.hop.gateway}, route.preferred_source};
  if (is_local && is_one_address) way.preferred_source = destination.address;
  return way;
}

const RouteMap::Way* RouteMap::find(const net::IpAddress& target) const {
  const std::uint32_t way = target.is_v4() ? way_at(steps_v4_, target.v4().number())
                                           : way_at(steps_v6_, target.v6().number());
  return way == kNoWay ? nullptr : &ways_[way];
}

std::optional<net::IpAddress> best_source(const Interface& interface, const net::IpAddress& target,
                                          const net::IpAddress& next_hop) {
  return target.is_v4() ? best_source_v4(interface, next_hop)
                        : best_source_v6(interface, target.v6());
}

}  // namespace masscan::host
