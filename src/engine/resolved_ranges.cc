#include "engine/resolved_ranges.h"

namespace masscan::engine {

std::optional<ResolvedRange> ResolvedRanges::find(const net::IpAddress& target, Instant now) {
  const RouteRange& route = range(target);
  if (!route.link) return std::nullopt;
  Link& link = links_[*route.link];
  const bool is_one_hop = route.router || link.has_one_mac(target.family());
  if (!is_one_hop || !link.sources().has(target.family())) return std::nullopt;
  const stack::Lookup hop = link.find_mac(route.router.value_or(target), now);
  if (hop.state != stack::Lookup::State::kKnown) return std::nullopt;
  return ResolvedRange{route.addresses, &link, hop.mac};
}

const RouteRange& ResolvedRanges::range(const net::IpAddress& target) {
  std::optional<RouteRange>& last = last_[target.is_v4() ? 0 : 1];
  if (!last || !last->addresses.contains(target)) last = plan_.next_hops.range(target);
  return *last;
}

std::size_t ResolvedRange::leading(const TargetSpan& span) const {
  const auto& [families, high, low, ports] = span.targets;
  std::size_t count = 0;
  if (addresses.first.is_v4()) {
    const std::uint64_t first = addresses.first.low();
    const std::uint64_t length = addresses.last.low() - first;
    while (count < span.count() && families[count] == net::Family::kIpv4 &&
           low[count] - first <= length) {
      ++count;
    }
  } else {
    while (count < span.count() && addresses.contains(span.address(count))) ++count;
  }
  return count;
}

}  // namespace masscan::engine
