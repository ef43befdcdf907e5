// Finds the routes to a plan's targets: the kernel's, or the user's overrides.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/plan.h"
#include "host/interfaces.h"
#include "host/route_map.h"
#include "host/routes.h"
#include "setup/config.h"
#include "setup/route_plan.h"

namespace masscan::setup {

// Chooses only routes that the kernel would choose, unless the user overrides them.
class RoutePlanner {
 public:
  // `config` and `probes` must outlive it.
  static Result<RoutePlanner> open(const NetworkConfig& config, const engine::Plan& probes,
                                   net::PortRange source_ports);

  // Follows the kernel's routes. With -e the kernel answers for a socket bound to that interface,
  // with --source-ip for one bound to that address.
  // REQUIRES: one of the two follow functions is called, once.
  Result<RoutePlan> follow_kernel();
  // Sends everything to one router on one interface (--router-ip, --router-mac), without asking the
  // kernel.
  Result<RoutePlan> follow_overrides();

 private:
  // An interface in use, and for each family the first target reached through it, with its source.
  struct Use {
    struct First {
      net::IpAddress target;
      std::optional<net::IpAddress> source;
    };
    int interface = 0;
    std::vector<First> firsts;
  };

  RoutePlanner(const NetworkConfig& config, const engine::Plan& probes, net::PortRange source_ports,
               host::KernelRoutes kernel, host::RouteBoundaries boundaries,
               std::vector<host::Interface> interfaces);

  Result<void> bind_to_interface();
  // The fields of a probe that the kernel's rules may match; the ports are 0 for a kind without
  // ports.
  struct Probe {
    const probe::Kind* kind = nullptr;
    std::uint16_t source_port = 0;
    std::uint16_t port = 0;

    std::uint8_t protocol(net::Family family) const { return kind->probe_pattern(family).protocol; }
  };

  // Returns one probe of each group that the kernel's rules tell apart.
  static std::vector<Probe> examples(const engine::Plan& probes, net::PortRange source_ports,
                                     const host::RouteBoundaries& boundaries);
  // Asks the kernel about all example probes.
  // Errors: their routes differ.
  Result<host::RouteDecision> decide(const net::IpAddress& target);
  Result<host::RouteDecision> ask(const net::IpAddress& target, const Probe& probe);
  static Error conflicting_routes(const net::IpAddress& target, const Probe& probe,
                                  const Probe& other);
  host::RouteDecision assume_on_link(const net::IpAddress& target) const;

  std::vector<Use> use_ranges(const host::RouteMap& routes);
  void note_other_source(const net::IpAddress& target, const host::RouteDecision& route,
                         const Use::First& first);
  void note_ranges(const host::RouteMap& routes);
  Error no_route(const host::RouteMap& routes) const;

  Result<const host::Interface*> find_interface(int index) const;
  Result<const host::Interface*> overridden_interface(const net::IpAddress& target);
  std::vector<net::IpAddress> one_target_of_each_family() const;
  bool owns(const net::IpAddress& address) const;
  bool is_source_named(const net::IpAddress& target) const;
  std::optional<net::IpAddress> own_named_source(const net::IpAddress& target) const;

  Result<engine::LinkPlan> make_link(const host::Interface& interface,
                                     std::span<const Use::First> firsts) const;
  Result<void> choose_sources(const host::Interface& interface, std::span<const Use::First> firsts,
                              engine::LinkPlan& link) const;
  void add_router(const engine::NextHop& router);

  const NetworkConfig& config_;
  const engine::Plan& probes_;
  RoutePlan plan_;
  host::KernelRoutes kernel_;
  host::RouteBoundaries boundaries_;
  std::vector<host::Interface> interfaces_;
  const host::Interface* bound_to_ = nullptr;  // an element of `interfaces_`, chosen by -e
  std::vector<Probe> examples_;                // at least one
  bool has_noted_source_ = false;
};

}  // namespace masscan::setup
