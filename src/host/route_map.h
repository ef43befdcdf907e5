// Which way to a target: the kernel's decisions, taken down once for the packet path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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

// An answer for every target without memory of its own per target. The seams of the kernel's
// routing cut the targets into stretches; the kernel is asked about the first target of each and
// would say the same of the others. What it said becomes a sorted list of steps (a target from
// which on a certain way is right), so that a look-up is one binary search; a machine with a
// default route has some ten steps.
//
// So whatever decides in the kernel (policy rules, their tables, marks, users, suppressors,
// metrics, next-hop objects, VRFs) decides here. Of a multipath route every stretch takes one path,
// the kernel's for its first target.
class RouteMap {
 public:
  // The kernel's way to an address, as KernelRoutes::ask tells it.
  using Decide = std::function<Result<RouteDecision>(const net::IpAddress&)>;

  // Without targets.
  RouteMap() = default;
  // The targets ascend within their families. An Error of `decide` is handed on.
  static Result<RouteMap> make(std::span<const net::AddressRange> targets,
                               std::span<const net::Prefix> seams, const Decide& decide);

  // Of these, `target` must be one of the targets.
  //
  // Its way; valid as long as the map.
  const RouteDecision* find(const net::IpAddress& target) const;
  // Where a packet goes; empty: the kernel refuses.
  std::optional<Hop> lookup(const net::IpAddress& target) const;
  // The stretch of addresses around `target`: for all targets in it `lookup` says the same.
  net::AddressRange alike(const net::IpAddress& target) const;

  // The first target of a stretch, and the way of all of it, valid as long as the map.
  struct Range {
    net::IpAddress first;
    const RouteDecision* route;
  };
  // All of them, ascending.
  std::vector<Range> stretches() const;

 private:
  // From `first` up to the next step.
  template <typename Number>
  struct Step {
    Number first;
    std::size_t way;  // in ways_
  };
  template <typename Address>
  Result<void> fill(std::span<const net::AddressRange> targets, std::span<const net::Prefix> seams,
                    const Decide& decide, std::vector<Step<typename Address::Number>>& steps);
  template <typename Number>
  void add_step(Number first, const RouteDecision& route, std::vector<Step<Number>>& steps);

  std::vector<RouteDecision> ways_;
  std::vector<Step<std::uint32_t>> steps_v4_;
  std::vector<Step<Uint128>> steps_v6_;
};

// The best of the interface's own addresses to reach `target` with, if any fits: an IPv4 address in
// the subnet of `next_hop` (the gateway, or the target itself), else the first; an IPv6 address of
// the target's scope with the longest prefix in common (RFC 6724, rules 2 and 8). For ways that the
// user names and the kernel does not know.
std::optional<net::IpAddress> best_source(const Interface& interface, const net::IpAddress& target,
                                          const net::IpAddress& next_hop);

}  // namespace masscan::host
