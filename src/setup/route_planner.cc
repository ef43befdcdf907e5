#include "setup/route_planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace masscan::setup {

namespace {

// The kernel sends no RSTs from its other addresses to this one.
constexpr net::Ipv6Address kLoopbackV6(1);

// Finds the first item whose address, given by `address_of`, has the family of `like`.
template <typename Items, typename AddressOf>
auto find_family(Items& items, const net::IpAddress& like, AddressOf address_of) {
  return std::ranges::find_if(items, [&](const auto& item) {
    return std::invoke(address_of, item).family() == like.family();
  });
}

// Returns the lowest port of each group that the boundaries in `seams` separate.
std::vector<std::uint16_t> one_of_each(std::span<const net::PortRange> ports,
                                       std::span<const net::PortRange> seams) {
  std::vector<std::uint32_t> cuts;
  for (const net::PortRange& seam : seams) {
    cuts.push_back(seam.first);
    cuts.push_back(std::uint32_t{seam.last} + 1);
  }
  std::ranges::sort(cuts);
  std::vector<std::uint16_t> chosen;
  std::vector<std::size_t> groups;
  const auto choose = [&](std::uint32_t port) {
    const auto end = std::ranges::upper_bound(cuts, port);
    const auto group = static_cast<std::size_t>(end - cuts.begin());
    if (std::ranges::find(groups, group) != groups.end()) return;
    groups.push_back(group);
    chosen.push_back(static_cast<std::uint16_t>(port));
  };
  for (const net::PortRange& range : ports) {
    choose(range.first);
    for (const std::uint32_t cut : cuts) {
      if (cut > range.first && cut <= range.last) choose(cut);
    }
  }
  return chosen;
}

// Returns the ports that a kind of probe asks.
std::vector<net::PortRange> ports_of(const targets::ProbeSpace& space, const probe::Kind& kind) {
  std::vector<net::PortRange> ports;
  for (const net::TransportPorts& run : space.ports().ranges()) {
    if (kind.asks({run.transport, run.ports.first})) ports.push_back(run.ports);
  }
  for (std::uint64_t i = 0; i < space.pairs().size(); ++i) {
    const net::Port port = space.pairs().at(i).port;
    const bool is_known = !ports.empty() && ports.back().contains(port.number);
    if (kind.asks(port) && !is_known) ports.push_back({port.number, port.number});
  }
  return ports;
}

// Returns the targets, ascending within each family.
std::vector<net::AddressRange> targets_of(const targets::ProbeSpace& space) {
  targets::AddressSet all = space.addresses();
  const targets::AddressSet paired = space.pairs().addresses();
  for (const auto& range : paired.v4.ranges()) all.add({range.first, range.last});
  for (const auto& range : paired.v6.ranges()) all.add({range.first, range.last});
  std::vector<net::AddressRange> ranges;
  for (const auto& range : all.v4.ranges()) ranges.push_back({range.first, range.last});
  for (const auto& range : all.v6.ranges()) ranges.push_back({range.first, range.last});
  return ranges;
}

std::string explain(host::Refusal refusal, const net::IpAddress& target) {
  switch (refusal) {
    case host::Refusal::kNoRoute:
      return fmt::format("no route to {}", to_string(target));
    case host::Refusal::kUnreachable:
      return fmt::format("the kernel's routes say that {} is unreachable", to_string(target));
    case host::Refusal::kProhibited:
      return fmt::format("the kernel's routes prohibit packets to {}", to_string(target));
    case host::Refusal::kBlackhole:
      return fmt::format("the kernel's routes lead to a blackhole for {}", to_string(target));
    case host::Refusal::kEncapsulated:
      return fmt::format("the route to {} encapsulates packets, which a scan does not",
                         to_string(target));
  }
  return {};
}

}  // namespace

Result<RoutePlanner> RoutePlanner::open(const NetworkConfig& config, const engine::Plan& probes,
                                        net::PortRange source_ports) {
  RoutePlanner planner(config, probes, source_ports, TRY(host::KernelRoutes::open()),
                       TRY(host::route_boundaries()), TRY(host::interfaces()));
  TRY(planner.bind_to_interface());
  return planner;
}

RoutePlanner::RoutePlanner(const NetworkConfig& config, const engine::Plan& probes,
                           net::PortRange source_ports, host::KernelRoutes kernel,
                           host::RouteBoundaries boundaries,
                           std::vector<host::Interface> interfaces)
    : config_(config),
      probes_(probes),
      plan_{.source_ports = source_ports},
      kernel_(std::move(kernel)),
      boundaries_(std::move(boundaries)),
      interfaces_(std::move(interfaces)),
      examples_(examples(probes, source_ports, boundaries_)) {}

std::vector<RoutePlanner::Probe> RoutePlanner::examples(const engine::Plan& probes,
                                                        net::PortRange source_range,
                                                        const host::RouteBoundaries& boundaries) {
  std::vector<Probe> examples;
  const auto source_ports = one_of_each(std::array{source_range}, boundaries.source_ports);
  for (const probe::Kind* kind : probes.kinds) {
    if (!kind->has_ports()) {
      examples.push_back({.kind = kind});
      continue;
    }
    const auto ports = one_of_each(ports_of(probes.space, *kind), boundaries.ports);
    for (const std::uint16_t source_port : source_ports) {
      for (const std::uint16_t port : ports) examples.push_back({kind, source_port, port});
    }
  }
  // Without such a rule only a multipath route can separate the probes, which does no harm.
  if (!boundaries.tells_probes_apart()) examples.resize(1);
  return examples;
}

Result<void> RoutePlanner::bind_to_interface() {
  if (config_.interface.empty()) return {};
  const host::Interface named = TRY(host::find_interface(interfaces_, config_.interface));
  bound_to_ = TRY(find_interface(named.index));
  return {};
}

Result<RoutePlan> RoutePlanner::follow_kernel() {
  const std::vector<net::AddressRange> targets = targets_of(probes_.space);
  const host::RouteMap routes =
      TRY(host::RouteMap::make(targets, boundaries_.destinations,
                               [this](const net::IpAddress& target) { return decide(target); }));
  note_ranges(routes);
  const std::vector<Use> uses = use_ranges(routes);
  if (uses.empty()) return no_route(routes);
  std::vector<int> indexes;
  for (const Use& use : uses) {
    const host::Interface* interface = TRY(find_interface(use.interface));
    plan_.links.push_back(TRY(make_link(*interface, use.firsts)));
    indexes.push_back(use.interface);
  }
  plan_.next_hops = engine::NextHops(routes, std::move(indexes));
  return std::move(plan_);
}

Result<host::RouteDecision> RoutePlanner::decide(const net::IpAddress& target) {
  const host::RouteDecision route = TRY(ask(target, examples_.front()));
  for (const Probe& probe : std::span(examples_).subspan(1)) {
    const host::RouteDecision other = TRY(ask(target, probe));
    if (other.hop == route.hop && other.source == route.source) continue;
    return conflicting_routes(target, probe, examples_.front());
  }
  return route;
}

Error RoutePlanner::conflicting_routes(const net::IpAddress& target, const Probe& probe,
                                       const Probe& other) {
  if (probe.kind != other.kind) {
    return run_error(
        "a rule of the kernel's routing looks at ports or protocols: to {}, {} and {} take "
        "different routes; scan them apart",
        to_string(target), other.kind->ports_text, probe.kind->ports_text);
  }
  return run_error(
      "a rule of the kernel's routing looks at ports: from port {} to port {} of {} takes "
      "another route than from {} to {}; scan such ports apart, with one --source-port",
      probe.source_port, probe.port, to_string(target), other.source_port, other.port);
}

Result<host::RouteDecision> RoutePlanner::ask(const net::IpAddress& target, const Probe& probe) {
  const host::RouteDecision route =
      TRY(kernel_.ask({.target = target,
                       .source = own_named_source(target),
                       .interface = bound_to_ == nullptr ? 0 : bound_to_->index,
                       .protocol = probe.protocol(target.family()),
                       .source_port = probe.source_port,
                       .port = probe.port}));
  const bool has_no_route = !route.hop && route.refusal == host::Refusal::kNoRoute;
  return has_no_route && bound_to_ != nullptr ? assume_on_link(target) : route;
}

// The kernel does this for IPv4 only. Without a source there is no route.
host::RouteDecision RoutePlanner::assume_on_link(const net::IpAddress& target) const {
  const auto source = host::best_source(*bound_to_, target, target);
  if (!source && !is_source_named(target)) return {};
  return {.hop = host::Hop{.interface = bound_to_->index}, .source = source};
}

// Returns the interfaces in use, and adds the routers to the plan.
std::vector<RoutePlanner::Use> RoutePlanner::use_ranges(const host::RouteMap& routes) {
  std::vector<Use> uses;
  for (const auto& [first, route] : routes.ranges()) {
    if (!route->hop) continue;
    auto use = std::ranges::find(uses, route->hop->interface, &Use::interface);
    if (use == uses.end()) use = uses.insert(use, {.interface = route->hop->interface});
    const auto known = find_family(use->firsts, first, &Use::First::target);
    if (known == use->firsts.end()) {
      use->firsts.push_back({first, route->source});
    } else if (known->source == net::IpAddress(kLoopbackV6)) {
      known->source = route->source;
    } else {
      note_other_source(first, *route, *known);
    }
    const auto link = static_cast<std::size_t>(use - uses.begin());
    if (route->hop->gateway) add_router({link, *route->hop->gateway});
  }
  return uses;
}

// A link sends from one address of each family.
void RoutePlanner::note_other_source(const net::IpAddress& target, const host::RouteDecision& route,
                                     const Use::First& first) {
  const bool is_same = !route.source || !first.source || route.source == first.source;
  if (is_same || owns(target) || is_source_named(target) || has_noted_source_) return;
  has_noted_source_ = true;
  plan_.notes.push_back(fmt::format(
      "{} is asked from {}, not from {} as the kernel would: scan such targets apart, or name "
      "the address with --source-ip",
      to_string(target), to_string(*first.source), to_string(*route.source)));
}

// Adds a message for the user, once for each kind of surprise.
void RoutePlanner::note_ranges(const host::RouteMap& routes) {
  std::vector<host::Refusal> refusals;
  bool has_assumed = false;
  for (const auto& [first, route] : routes.ranges()) {
    const bool is_assumed = route->hop && route->table == 0 && bound_to_ != nullptr;
    if (is_assumed && !has_assumed) {
      has_assumed = true;
      plan_.notes.push_back(fmt::format(
          "no route to {} through {}: targets without a route are taken to be on that link",
          to_string(first), bound_to_->name));
    }
    if (route->hop || std::ranges::find(refusals, route->refusal) != refusals.end()) continue;
    refusals.push_back(route->refusal);
    plan_.notes.push_back(explain(route->refusal, first) + ": such targets are not asked");
  }
}

Error RoutePlanner::no_route(const host::RouteMap& routes) const {
  const auto [target, route] = routes.ranges().front();
  if (route->refusal != host::Refusal::kNoRoute) {
    return run_error("{}: choose another route with -e or --router-ip",
                     explain(route->refusal, target));
  }
  return run_error(
      "there is no route to {}{}: add one, or choose one with -e, --source-ip and "
      "--router-ip or --router-mac",
      to_string(target), bound_to_ == nullptr ? "" : " through " + bound_to_->name);
}

void RoutePlanner::add_router(const engine::NextHop& router) {
  auto& routers = plan_.routers;
  if (std::find(routers.begin(), routers.end(), router) == routers.end()) routers.push_back(router);
}

Result<RoutePlan> RoutePlanner::follow_overrides() {
  const std::vector<net::IpAddress> targets = one_target_of_each_family();
  const host::Interface* interface = TRY(overridden_interface(targets.front()));
  std::vector<Use::First> firsts;
  std::optional<net::IpAddress> router_v4;
  std::optional<net::IpAddress> router_v6;
  for (const net::IpAddress& target : targets) {
    const host::RouteDecision route = TRY(ask(target, examples_.front()));
    const bool agrees = route.hop && route.hop->interface == interface->index;
    firsts.push_back({target, agrees ? route.source : std::nullopt});
    const bool is_override =
        config_.router_address && config_.router_address->family() == target.family();
    const auto router = is_override ? config_.router_address
                        : agrees    ? route.hop->gateway
                                    : std::nullopt;
    (target.is_v4() ? router_v4 : router_v6) = router;
    const auto& mac = target.is_v4() ? config_.router_mac_v4 : config_.router_mac_v6;
    if (router && !mac) add_router({0, *router});
  }
  engine::LinkPlan link = TRY(make_link(*interface, firsts));
  link.router_mac_v4 = config_.router_mac_v4;
  link.router_mac_v6 = config_.router_mac_v6;
  plan_.links = {std::move(link)};
  plan_.next_hops = engine::NextHops::through(router_v4, router_v6);
  return std::move(plan_);
}

Result<const host::Interface*> RoutePlanner::overridden_interface(const net::IpAddress& target) {
  if (bound_to_ != nullptr) return bound_to_;
  const net::IpAddress towards = config_.router_address.value_or(target);
  const host::RouteDecision route = TRY(ask(towards, examples_.front()));
  if (route.hop) return find_interface(route.hop->interface);
  return run_error("there is no route to {}: name the interface with -e", to_string(towards));
}

std::vector<net::IpAddress> RoutePlanner::one_target_of_each_family() const {
  std::vector<net::IpAddress> targets;
  for (const net::AddressRange& range : targets_of(probes_.space)) {
    if (find_family(targets, range.first, std::identity()) != targets.end()) continue;
    targets.push_back(range.first);
  }
  return targets;
}

Result<const host::Interface*> RoutePlanner::find_interface(int index) const {
  const auto it = std::ranges::find(interfaces_, index, &host::Interface::index);
  if (it == interfaces_.end()) {
    return run_error("the kernel's interface {} came or went meanwhile: try again", index);
  }
  return &*it;
}

bool RoutePlanner::owns(const net::IpAddress& address) const {
  return std::ranges::any_of(interfaces_, [&](const auto& i) { return i.owns(address); });
}

bool RoutePlanner::is_source_named(const net::IpAddress& target) const {
  const auto& sources = config_.source_addresses;
  return find_family(sources, target, &net::AddressRange::first) != sources.end();
}

// The kernel decides no routes for source addresses that it does not own.
std::optional<net::IpAddress> RoutePlanner::own_named_source(const net::IpAddress& target) const {
  const auto& sources = config_.source_addresses;
  const auto named = find_family(sources, target, &net::AddressRange::first);
  if (named == sources.end() || !owns(named->first)) return std::nullopt;
  return named->first;
}

Result<engine::LinkPlan> RoutePlanner::make_link(const host::Interface& interface,
                                                 std::span<const Use::First> firsts) const {
  if (!interface.is_up) {
    return run_error("{} is down: switch it on with 'ip link set {} up'", interface.name,
                     interface.name);
  }
  if (interface.type == host::LinkType::kUnsupported) {
    return run_error("{} is neither Ethernet nor raw IP; no other link type is supported",
                     interface.name);
  }
  engine::LinkPlan link{.interface = interface.name,
                        .layer = interface.type == host::LinkType::kRawIp
                                     ? net::LinkLayer::kRawIp
                                     : net::LinkLayer::kEthernet,
                        .mac = config_.source_mac.value_or(interface.mac),
                        .mtu = interface.mtu,
                        .has_carrier = interface.has_carrier};
  if (interface.type == host::LinkType::kLoopback) {
    link.is_local = true;
    link.router_mac_v4 = link.router_mac_v6 = net::MacAddress();
  }
  TRY(choose_sources(interface, firsts, link));
  return link;
}

Result<void> RoutePlanner::choose_sources(const host::Interface& interface,
                                          std::span<const Use::First> firsts,
                                          engine::LinkPlan& link) const {
  for (const net::AddressRange& range : config_.source_addresses) {
    link.sources.push_back(range);
    if (range.first != range.last || !owns(range.first)) link.spoofed.push_back(range);
  }
  for (const auto& [target, kernel_source] : firsts) {
    if (is_source_named(target)) continue;
    std::optional<net::IpAddress> source = kernel_source;
    if (!source) {
      source = host::best_source(interface, target, config_.router_address.value_or(target));
    }
    if (!source) {
      return run_error(
          "{} has no IPv{} address to scan {} from: give it one, or name one with "
          "--source-ip",
          interface.name, target.is_v4() ? 4 : 6, to_string(target));
    }
    link.sources.push_back({*source, *source});
  }
  return {};
}

}  // namespace masscan::setup
