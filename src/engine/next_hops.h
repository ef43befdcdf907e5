// Which interface a target is reached through, and whose link-layer address its frames carry.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "host/route_map.h"
#include "net/ip_address.h"
#include "net/prefix.h"

namespace masscan::engine {

struct NextHop {
  std::size_t link = 0;    // of Plan::links
  net::IpAddress address;  // a router, or the target itself where it is on-link

  auto operator<=>(const NextHop&) const = default;
};

// Addresses that go one way.
struct RouteRange {
  net::AddressRange addresses;
  std::optional<std::size_t> link;       // of Plan::links; nothing: there is no way
  std::optional<net::IpAddress> router;  // nothing: they are on-link
};

class NextHops {
 public:
  NextHops() = default;
  // As the kernel's routes say; `interfaces[i]` is the kernel's index of link i.
  NextHops(host::RouteMap routes, std::vector<int> interfaces);
  // Everything through one link; without a router of its family a target is its own next hop.
  static NextHops through(std::optional<net::IpAddress> router_v4,
                          std::optional<net::IpAddress> router_v6);

  // Nothing if there is no way to the target.
  std::optional<NextHop> find(const net::IpAddress& target) const;
  // The addresses around `target` that go its way.
  RouteRange range(const net::IpAddress& target) const;

 private:
  std::optional<std::size_t> link_of(int interface) const;

  host::RouteMap routes_;
  std::vector<int> interfaces_;  // empty: everything through link 0
  std::optional<net::IpAddress> router_v4_;
  std::optional<net::IpAddress> router_v6_;
};

}  // namespace masscan::engine
