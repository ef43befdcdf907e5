// Maps a target to its next hop: the link it is reached through, and the address whose MAC address
// its frames carry.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "host/route_map.h"
#include "net/ip_address.h"
#include "net/prefix.h"

namespace masscan::engine {

struct NextHop {
  std::size_t link = 0;    // index in Plan::links
  net::IpAddress address;  // a router, or the target itself where it is on-link

  auto operator<=>(const NextHop&) const = default;
};

// Consecutive addresses with the same route.
struct RouteRange {
  net::AddressRange addresses;
  std::optional<std::size_t> link;       // index in Plan::links; nullopt: no route
  std::optional<net::IpAddress> router;  // nullopt: the addresses are on-link
};

class NextHops {
 public:
  NextHops() = default;
  // Uses the kernel's routes; `interfaces[i]` is the kernel's index of link i.
  NextHops(host::RouteMap routes, std::vector<int> interfaces);
  // Routes everything through one link. A target of a family without a router is its own next hop.
  static NextHops through(std::optional<net::IpAddress> router_v4,
                          std::optional<net::IpAddress> router_v6);

  // Returns nullopt if there is no route to the target.
  std::optional<NextHop> find(const net::IpAddress& target) const;
  // Returns the addresses around `target` that have its route.
  RouteRange range(const net::IpAddress& target) const;

 private:
  std::optional<std::size_t> link_of(int interface) const;

  host::RouteMap routes_;
  std::vector<int> interfaces_;  // empty: everything through link 0
  std::optional<net::IpAddress> router_v4_;
  std::optional<net::IpAddress> router_v6_;
};

}  // namespace masscan::engine
