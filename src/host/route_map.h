// Routes of all targets: the kernel's decisions, copied for use in the packet path.
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

// Needs no memory per target. The boundaries of the kernel's routes and rules divide the targets
// into ranges. The kernel is asked about the first target of each range; its decision holds for the
// others. The decisions are a sorted list of steps (a first target and its route), so that a lookup
// is one binary search. A machine with a default route has about ten steps.
//
// Policy rules, their tables, marks, users, suppressors, metrics, next-hop objects and VRFs are
// therefore all respected. In a multipath route, all of a range takes the path of its first target.
class RouteMap {
 public:
  // Returns the kernel's decision for an address, like KernelRoutes::ask.
  using Decide = std::function<Result<RouteDecision>(const net::IpAddress&)>;

  // Makes a map without targets.
  RouteMap() = default;
  // Copies the decisions. REQUIRES: targets ascend within each family. Errors: those of `decide`.
  static Result<RouteMap> make(std::span<const net::AddressRange> targets,
                               std::span<const net::Prefix> seams, const Decide& decide);

  // REQUIRES, for the next three: `target` is one of the targets.
  //
  // Returns its route. Valid until: the map is destroyed.
  const RouteDecision* find(const net::IpAddress& target) const;
  // Returns the next hop, or nullopt if the kernel refuses.
  std::optional<Hop> lookup(const net::IpAddress& target) const;
  // Returns the range of addresses around `target` whose targets have the same `lookup`.
  net::AddressRange range_of(const net::IpAddress& target) const;

  // The first target of a range, and its route. Valid until: the map is destroyed.
  struct Range {
    net::IpAddress first;
    const RouteDecision* route;
  };
  // Returns all ranges, ascending.
  std::vector<Range> ranges() const;

 private:
  // From `first` up to the next step.
  template <typename Number>
  struct Step {
    Number first;
    std::size_t route;  // index into routes_
  };
  template <typename Address>
  Result<void> fill(std::span<const net::AddressRange> targets, std::span<const net::Prefix> seams,
                    const Decide& decide, std::vector<Step<typename Address::Number>>& steps);
  template <typename Number>
  void add_step(Number first, const RouteDecision& route, std::vector<Step<Number>>& steps);

  std::vector<RouteDecision> routes_;
  std::vector<Step<std::uint32_t>> steps_v4_;
  std::vector<Step<Uint128>> steps_v6_;
};

// Returns the best of the interface's own addresses to reach `target`, or nullopt if none fits.
// IPv4: an address in the subnet of `next_hop` (the gateway, or the target itself), else the first.
// IPv6: an address of the target's scope with the longest common prefix (RFC 6724, rules 2 and 8).
// Used for next hops that the user names and the kernel does not know.
std::optional<net::IpAddress> best_source(const Interface& interface, const net::IpAddress& target,
                                          const net::IpAddress& next_hop);

}  // namespace masscan::host
