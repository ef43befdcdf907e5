#include "scan/machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "base/random.h"
#include "host/interfaces.h"
#include "host/ports.h"
#include "host/route_map.h"
#include "host/routes.h"

namespace masscan::scan {

namespace {

constexpr double kRateOfOneWorker = 100000;
constexpr unsigned kMaxWorkers = 8;
// For scans that never reach a real network: documentation addresses (RFC 5737, RFC 3849) and
// locally administered MAC addresses.
constexpr net::Ipv4Address kUnrealSourceV4(0xc0000202);
constexpr net::Ipv4Address kUnrealRouterV4(0xc0000201);
constexpr net::Ipv6Address kUnrealSourceV6(make_uint128(0x20010db800000000, 2));
constexpr net::Ipv6Address kUnrealRouterV6(make_uint128(0x20010db800000000, 1));
constexpr net::PortRange kUnrealPorts{61000, 61015};

net::MacAddress local_mac(std::uint8_t last) {
  return net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{last}});
}

net::AddressRange only(const net::IpAddress& address) { return {address, address}; }

void use_unreal_link(const Config& config, Plan& plan) {
  LinkPlan link{.interface = config.offline ? "offline" : config.way.interface,
                .mac = config.way.source_mac.value_or(local_mac(2)),
                .sources = config.way.source_addresses};
  if (link.sources.empty()) link.sources = {only(kUnrealSourceV4), only(kUnrealSourceV6)};
  if (config.offline) {
    link.router_mac_v4 = config.way.router_mac_v4.value_or(local_mac(1));
    link.router_mac_v6 = config.way.router_mac_v6.value_or(local_mac(1));
  }
  plan.is_answered = !config.offline;
  plan.links = {std::move(link)};
  plan.ways = Ways::through(kUnrealRouterV4, kUnrealRouterV6);
  plan.source_ports = config.way.source_ports.value_or(kUnrealPorts);
}

// Follows the targets of a plan, or the user's overrides, to links and routers.
class WayFinder {
 public:
  WayFinder(const WayConfig& config, Plan& plan, std::vector<host::Interface> interfaces,
            host::RouteMap routes)
      : config_(config),
        plan_(plan),
        interfaces_(std::move(interfaces)),
        routes_(std::move(routes)) {}

  Result<void> follow_routes();
  Result<void> follow_overrides();

 private:
  bool owns(const net::IpAddress& address) const {
    return std::any_of(interfaces_.begin(), interfaces_.end(),
                       [&](const host::Interface& i) { return i.owns(address); });
  }
  Result<LinkPlan> make_link(const host::Interface& interface,
                             std::span<const net::IpAddress> targets) const;
  Result<void> choose_sources(const host::Interface& interface,
                              std::span<const net::IpAddress> targets, LinkPlan& link) const;
  Result<const host::Interface*> overridden_interface(const net::IpAddress& target) const;
  std::vector<net::IpAddress> one_target_of_each_family() const;
  Error no_route(const net::IpAddress& target) const;
  void add_router(const Way& router);

  const WayConfig& config_;
  Plan& plan_;  // links, ways, routers and notes are written
  std::vector<host::Interface> interfaces_;
  host::RouteMap routes_;
};

bool has_family(std::span<const net::IpAddress> addresses, const net::IpAddress& like) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const auto& address) { return address.family() == like.family(); });
}

// Calls `visit(address, hop)` for the first address of every stretch of targets with one hop.
template <typename Visit>
void for_each_stretch(const targets::AddressSet& targets, const host::RouteMap& routes,
                      Visit visit) {
  const auto walk = [&](auto ranges) {
    for (const auto& range : ranges) {
      for (auto at = range.first;;) {
        const net::AddressRange stretch = routes.alike(at);
        visit(net::IpAddress(at), routes.lookup(at));
        if (net::IpAddress(range.last) <= stretch.last) break;
        if constexpr (std::is_same_v<decltype(at), net::Ipv4Address>) {
          at = net::Ipv4Address(stretch.last.v4().number() + 1);
        } else {
          at = net::Ipv6Address(stretch.last.v6().number() + 1);
        }
      }
    }
  };
  walk(targets.v4.ranges());
  walk(targets.v6.ranges());
}

Result<void> WayFinder::follow_routes() {
  std::vector<int> indexes;                          // by link: the kernel's index
  std::vector<std::vector<net::IpAddress>> targets;  // by link: one of each family
  std::optional<net::IpAddress> unreachable;
  const auto visit = [&](const net::IpAddress& target, const std::optional<host::Hop>& hop) {
    if (!hop) {
      unreachable = unreachable.value_or(target);
      return;
    }
    const auto at = std::find(indexes.begin(), indexes.end(), hop->interface) - indexes.begin();
    const auto link = static_cast<std::size_t>(at);
    if (link == indexes.size()) {
      indexes.push_back(hop->interface);
      targets.emplace_back();
    }
    if (!has_family(targets[link], target)) targets[link].push_back(target);
    if (hop->gateway) add_router({link, *hop->gateway});
  };
  for_each_stretch(plan_.space.addresses(), routes_, visit);
  for_each_stretch(plan_.space.pairs().addresses(), routes_, visit);
  if (unreachable) {
    plan_.notes.push_back(fmt::format("no route to {}: targets without a route are not asked",
                                      to_string(*unreachable)));
  }
  if (indexes.empty()) return no_route(*unreachable);
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    plan_.links.push_back(TRY(make_link(*routes_.find_interface(indexes[i]), targets[i])));
  }
  plan_.ways = Ways(routes_, std::move(indexes));
  return {};
}

Error WayFinder::no_route(const net::IpAddress& target) const {
  return run_error(
      "there is no route to {}{}: add one, or name the way with -e, --source-ip and "
      "--router-ip or --router-mac",
      to_string(target), config_.interface.empty() ? "" : " through " + config_.interface);
}

void WayFinder::add_router(const Way& router) {
  auto& routers = plan_.routers;
  if (std::find(routers.begin(), routers.end(), router) == routers.end()) routers.push_back(router);
}

// Everything goes to one router on one interface, whatever the routes say.
Result<void> WayFinder::follow_overrides() {
  const std::vector<net::IpAddress> targets = one_target_of_each_family();
  const host::Interface* interface = TRY(overridden_interface(targets.front()));
  LinkPlan link = TRY(make_link(*interface, targets));
  link.router_mac_v4 = config_.router_mac_v4;
  link.router_mac_v6 = config_.router_mac_v6;
  plan_.links = {std::move(link)};
  std::optional<net::IpAddress> router_v4;
  std::optional<net::IpAddress> router_v6;
  for (const net::IpAddress& target : targets) {
    const std::optional<host::Hop> hop = routes_.lookup(target);
    const bool is_override =
        config_.router_address && config_.router_address->family() == target.family();
    const auto router = is_override                                 ? config_.router_address
                        : hop && hop->interface == interface->index ? hop->gateway
                                                                    : std::nullopt;
    (target.is_v4() ? router_v4 : router_v6) = router;
    const auto& mac = target.is_v4() ? config_.router_mac_v4 : config_.router_mac_v6;
    if (router && !mac) add_router({0, *router});
  }
  plan_.ways = Ways::through(router_v4, router_v6);
  return {};
}

Result<const host::Interface*> WayFinder::overridden_interface(const net::IpAddress& target) const {
  if (!config_.interface.empty()) return &interfaces_.front();
  const net::IpAddress towards = config_.router_address.value_or(target);
  if (const auto hop = routes_.lookup(towards)) return routes_.find_interface(hop->interface);
  return run_error("there is no route to {}: name the interface with -e", to_string(towards));
}

std::vector<net::IpAddress> WayFinder::one_target_of_each_family() const {
  std::vector<net::IpAddress> targets;
  const auto add = [&](const auto& set) {
    if (set.empty() || has_family(targets, set.ranges().front().first)) return;
    targets.emplace_back(set.ranges().front().first);
  };
  const targets::AddressSet paired = plan_.space.pairs().addresses();
  add(plan_.space.addresses().v4);
  add(paired.v4);
  add(plan_.space.addresses().v6);
  add(paired.v6);
  return targets;
}

Result<LinkPlan> WayFinder::make_link(const host::Interface& interface,
                                      std::span<const net::IpAddress> targets) const {
  if (!interface.is_up) {
    return run_error("{} is down: switch it on with 'ip link set {} up'", interface.name,
                     interface.name);
  }
  if (interface.type == host::LinkType::kUnsupported) {
    return run_error("{} is neither Ethernet nor raw IP, which is all we can speak",
                     interface.name);
  }
  LinkPlan link{.interface = interface.name,
                .layer = interface.type == host::LinkType::kRawIp ? net::LinkLayer::kRawIp
                                                                  : net::LinkLayer::kEthernet,
                .mac = config_.source_mac.value_or(interface.mac),
                .mtu = interface.mtu};
  if (interface.type == host::LinkType::kLoopback) {
    link.router_mac_v4 = link.router_mac_v6 = net::MacAddress();
  }
  TRY(choose_sources(interface, targets, link));
  return link;
}

Result<void> WayFinder::choose_sources(const host::Interface& interface,
                                       std::span<const net::IpAddress> targets,
                                       LinkPlan& link) const {
  for (const net::AddressRange& range : config_.source_addresses) {
    link.sources.push_back(range);
    if (range.first != range.last || !owns(range.first)) link.spoofed.push_back(range);
  }
  for (const net::IpAddress& target : targets) {
    const bool given =
        std::any_of(link.sources.begin(), link.sources.end(),
                    [&](const auto& range) { return range.first.family() == target.family(); });
    if (given) continue;
    std::optional<net::IpAddress> source = routes_.source_for(target);
    if (!source)
      source = host::best_source(interface, target, config_.router_address.value_or(target));
    if (!source) {
      return run_error(
          "{} has no IPv{} address to scan {} from: give it one, or name one with "
          "--source-ip",
          interface.name, target.is_v4() ? 4 : 6, to_string(target));
    }
    link.sources.push_back(only(*source));
  }
  return {};
}

Result<void> use_machine(const Config& config, Plan& plan) {
  std::vector<host::Interface> interfaces = TRY(host::interfaces());
  std::vector<host::Interface> usable = interfaces;
  if (!config.way.interface.empty()) {
    usable = {TRY(host::find_interface(interfaces, config.way.interface))};
  }
  const std::vector<host::Route> routes = TRY(host::routes());
  host::RouteMap map(routes, usable);
  WayFinder finder(config.way, plan, std::move(usable), std::move(map));
  const WayConfig& way = config.way;
  if (way.router_address || way.router_mac_v4 || way.router_mac_v6) {
    TRY(finder.follow_overrides());
  } else {
    TRY(finder.follow_routes());
  }
  if (way.source_ports) {
    plan.source_ports = *way.source_ports;
  } else {
    Random random(random_uint64());
    plan.source_ports = TRY(host::choose_source_ports(random));
  }
  return {};
}

// A second worker pays at high rates only; each needs a source port of its own.
unsigned choose_workers(const Config& config, const Plan& plan) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const bool is_fast = config.rate_pps > kRateOfOneWorker;
  const unsigned wanted = config.workers > 0 ? config.workers : is_fast ? cores : 1;
  return std::min({wanted, kMaxWorkers, plan.source_ports.count()});
}

}  // namespace

Result<void> find_ways(const Config& config, Plan& plan) {
  const bool is_simulated = config.way.interface == "sim";
  if (config.offline || is_simulated) {
    use_unreal_link(config, plan);
  } else {
    TRY(use_machine(config, plan));
  }
  // The simulated internet is driven by one thread.
  plan.workers = is_simulated ? 1 : choose_workers(config, plan);
  return {};
}

}  // namespace masscan::scan
