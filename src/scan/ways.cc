#include "scan/ways.h"

#include <algorithm>
#include <utility>

namespace masscan::scan {

Ways::Ways(host::RouteMap routes, std::vector<int> interfaces)
    : routes_(std::move(routes)), interfaces_(std::move(interfaces)) {}

Ways Ways::through(std::optional<net::IpAddress> router_v4,
                   std::optional<net::IpAddress> router_v6) {
  Ways ways;
  ways.router_v4_ = router_v4;
  ways.router_v6_ = router_v6;
  return ways;
}

std::optional<Way> Ways::find(const net::IpAddress& target) const {
  if (interfaces_.empty()) {
    const auto& router = target.is_v4() ? router_v4_ : router_v6_;
    return Way{.link = 0, .next_hop = router.value_or(target)};
  }
  const std::optional<host::Hop> hop = routes_.lookup(target);
  if (!hop) return std::nullopt;
  const auto link = std::find(interfaces_.begin(), interfaces_.end(), hop->interface);
  if (link == interfaces_.end()) return std::nullopt;
  return Way{.link = static_cast<std::size_t>(link - interfaces_.begin()),
             .next_hop = hop->gateway.value_or(target)};
}

}  // namespace masscan::scan
