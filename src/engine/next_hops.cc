#include "engine/next_hops.h"

#include <algorithm>
#include <utility>

namespace masscan::engine {

NextHops::NextHops(host::RouteMap routes, std::vector<int> interfaces)
    : routes_(std::move(routes)), interfaces_(std::move(interfaces)) {}

NextHops NextHops::through(std::optional<net::IpAddress> router_v4,
                           std::optional<net::IpAddress> router_v6) {
  NextHops next_hops;
  next_hops.router_v4_ = router_v4;
  next_hops.router_v6_ = router_v6;
  return next_hops;
}

std::optional<NextHop> NextHops::find(const net::IpAddress& target) const {
  if (interfaces_.empty()) {
    const auto& router = target.is_v4() ? router_v4_ : router_v6_;
    return NextHop{.link = 0, .address = router.value_or(target)};
  }
  const std::optional<host::Hop> hop = routes_.lookup(target);
  const std::optional<std::size_t> link = hop ? link_of(hop->interface) : std::nullopt;
  if (!link) return std::nullopt;
  return NextHop{.link = *link, .address = hop->gateway.value_or(target)};
}

RouteRange NextHops::range(const net::IpAddress& target) const {
  if (interfaces_.empty()) {
    const net::Prefix everything{target, 0};
    return {everything.range(), 0, target.is_v4() ? router_v4_ : router_v6_};
  }
  const std::optional<host::Hop> hop = routes_.lookup(target);
  return {routes_.range_of(target), hop ? link_of(hop->interface) : std::nullopt,
          hop ? hop->gateway : std::nullopt};
}

std::optional<std::size_t> NextHops::link_of(int interface) const {
  const auto link = std::find(interfaces_.begin(), interfaces_.end(), interface);
  if (link == interfaces_.end()) return std::nullopt;
  return static_cast<std::size_t>(link - interfaces_.begin());
}

}  // namespace masscan::engine
