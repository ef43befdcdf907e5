#include "setup/route_plan.h"

#include <algorithm>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "host/interfaces.h"
#include "host/ports.h"
#include "setup/route_planner.h"

namespace masscan::setup {

namespace {

constexpr double kRateOfOneWorker = 100000;
constexpr unsigned kMaxWorkers = 8;
// For scans that never reach a real network: documentation addresses (RFC 5737, RFC 3849) and
// locally administered MAC addresses.
constexpr net::Ipv4Address kFakeSourceV4(0xc0000202);
constexpr net::Ipv4Address kFakeRouterV4(0xc0000201);
constexpr net::Ipv6Address kFakeSourceV6(make_uint128(0x20010db800000000, 2));
constexpr net::Ipv6Address kFakeRouterV6(make_uint128(0x20010db800000000, 1));
constexpr net::PortRange kFakePorts{61000, 61015};

net::MacAddress local_mac(std::uint8_t last) {
  return net::MacAddress({std::byte{2}, {}, {}, {}, {}, std::byte{last}});
}

net::AddressRange only(const net::IpAddress& address) { return {address, address}; }

RoutePlan use_fake_link(const Config& config) {
  engine::LinkPlan link{.interface = config.offline ? "offline" : config.network.interface,
                        .mac = config.network.source_mac.value_or(local_mac(2)),
                        .sources = config.network.source_addresses};
  if (link.sources.empty()) link.sources = {only(kFakeSourceV4), only(kFakeSourceV6)};
  if (config.offline) {
    link.router_mac_v4 = config.network.router_mac_v4.value_or(local_mac(1));
    link.router_mac_v6 = config.network.router_mac_v6.value_or(local_mac(1));
  }
  return {.links = {std::move(link)},
          .next_hops = engine::NextHops::through(kFakeRouterV4, kFakeRouterV6),
          .source_ports = config.network.source_ports.value_or(kFakePorts),
          .is_answered = !config.offline};
}

// True if the kernel owns an address of the range, and takes packets that arrive for it.
bool is_owned(const net::AddressRange& range, const engine::LinkPlan& link,
              std::span<const host::Interface> interfaces) {
  if (std::ranges::find(link.spoofed, range) == link.spoofed.end()) return true;
  return std::ranges::any_of(interfaces, [&](const host::Interface& interface) {
    return std::ranges::any_of(interface.addresses, [&](const net::Prefix& prefix) {
      return range.contains(prefix.address);
    });
  });
}

// True if packets for the socket are also ours when they arrive at one of our ports.
bool is_shared(const host::LocalSocket& socket, const engine::LinkPlan& link,
               std::span<const host::Interface> interfaces) {
  return std::ranges::any_of(link.sources, [&](const net::AddressRange& range) {
    if (range.contains(socket.address)) return true;
    const bool is_reached = socket.address.is_v6() || range.first.is_v4();
    return socket.is_anywhere() && is_reached && is_owned(range, link, interfaces);
  });
}

// Errors: a server or connection of this machine uses one of our source ports. The scan hides
// packets to these ports from the kernel, which would cut it off, including the user's own SSH
// connection.
Result<void> check_source_ports(const RoutePlan& plan) {
  const std::vector<host::Interface> interfaces = TRY(host::interfaces());
  for (const host::LocalSocket& socket : TRY(host::local_sockets())) {
    if (!plan.source_ports.contains(socket.port)) continue;
    if (socket.state == host::LocalSocket::State::kClosed) continue;
    const bool is_in_use = std::ranges::any_of(plan.links, [&](const engine::LinkPlan& link) {
      return is_shared(socket, link, interfaces);
    });
    if (!is_in_use) continue;
    const bool listens = socket.state == host::LocalSocket::State::kListening;
    return run_error(
        "--source-port: port {} is in use by this machine, which {} {}, and a scan would take away "
        "what arrives there: choose another, or add --force",
        socket.port, listens ? "listens at" : "has a connection from", to_string(socket.address));
  }
  return {};
}

Result<net::PortRange> choose_source_ports(const NetworkConfig& network,
                                           const engine::Plan& probes) {
  if (network.source_ports) return *network.source_ports;
  Random random(random_uint64());
  return host::choose_source_ports(probes.source_port_count(), random);
}

// masscan's ARP scan has the broadcast address as its router; here no probe goes there.
NetworkConfig without_broadcast(NetworkConfig network) {
  for (auto* mac : {&network.router_mac_v4, &network.router_mac_v6}) {
    if (*mac == net::MacAddress::broadcast()) mac->reset();
  }
  return network;
}

Result<RoutePlan> use_machine(const NetworkConfig& network, const engine::Plan& probes) {
  const net::PortRange source_ports = TRY(choose_source_ports(network, probes));
  RoutePlanner planner = TRY(RoutePlanner::open(network, probes, source_ports));
  const bool has_overrides =
      network.router_address || network.router_mac_v4 || network.router_mac_v6;
  RoutePlan plan = TRY(has_overrides ? planner.follow_overrides() : planner.follow_kernel());
  const bool takes_from_kernel = !probes.answered_by_kernel().empty() && !network.force;
  if (network.source_ports && takes_from_kernel) TRY(check_source_ports(plan));
  return plan;
}

// Returns the number of workers. A second one helps at high rates only, and each needs a source
// port of its own.
unsigned choose_workers(const Config& config, const RoutePlan& plan) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  const bool is_fast = config.rate_pps > kRateOfOneWorker;
  const unsigned wanted = config.workers > 0 ? config.workers : is_fast ? cores : 1;
  return std::min({wanted, kMaxWorkers, plan.source_ports.count()});
}

}  // namespace

Result<RoutePlan> plan_routes(const Config& config, const engine::Plan& probes) {
  const bool is_simulated = config.network.interface == "sim";
  const bool is_fake = config.offline || is_simulated;
  RoutePlan plan =
      is_fake ? use_fake_link(config) : TRY(use_machine(without_broadcast(config.network), probes));
  // One thread drives the simulated internet.
  plan.workers = is_simulated ? 1 : choose_workers(config, plan);
  return plan;
}

}  // namespace masscan::setup
