// Which way to a target: the routing table, flattened once for the packet path.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/uint128.h"
#include "host/interfaces.h"
#include "host/routes.h"
#include "net/ip_address.h"
#include "net/prefix.h"

namespace masscan::host {

// An answer for every address without memory of its own per address: the prefixes, which are nested
// or disjoint, become a sorted list of steps (an address from which on a certain way is right), so
// that a look-up is one binary search; a machine with a default route has some ten steps.
//
// Follows the kernel: table `local`, then `main`, then `default`; the longest prefix in the first
// that has one; the lowest metric. Policy routing is not followed.
class RouteMap {
 public:
  RouteMap() = default;
  // Routes through interfaces that are down, or not among these, do not exist; so a scan bound to
  // one interface hands in only that.
  RouteMap(std::span<const Route> routes, std::vector<Interface> interfaces);

  // Empty: there is no way (no route, or one that refuses).
  std::optional<Hop> lookup(const net::IpAddress& target) const;
  // The stretch of addresses around `target` for which `lookup` is bound to say the same.
  net::AddressRange alike(const net::IpAddress& target) const;

  // The address to speak from: the route's preferred source, else the best of its interface, else
  // of another interface. Empty: no way, or no address of this family.
  std::optional<net::IpAddress> source_for(const net::IpAddress& target) const;

  const std::vector<Interface>& interfaces() const { return interfaces_; }
  const Interface* find_interface(int index) const;

 private:
  // From `first` up to the next step.
  template <typename Number>
  struct Step {
    Number first;
    std::uint32_t way;  // in ways_
  };
  struct Way {
    Hop hop;
    std::optional<net::IpAddress> preferred_source;
  };

  // Nothing if its interface cannot be used.
  std::optional<Way> to_way(const Route& route) const;
  const Way* find(const net::IpAddress& target) const;

  std::vector<Interface> interfaces_;
  std::vector<Way> ways_;
  std::vector<Step<std::uint32_t>> steps_v4_;
  std::vector<Step<Uint128>> steps_v6_;
};

// The best of the interface's own addresses to reach `target` with, if any fits: an IPv4 address in
// the subnet of `next_hop` (the gateway, or the target itself), else the first; an IPv6 address of
// the target's scope with the longest prefix in common (RFC 6724, rules 2 and 8).
std::optional<net::IpAddress> best_source(const Interface& interface, const net::IpAddress& target,
                                          const net::IpAddress& next_hop);

}  // namespace masscan::host
