#include "host/route_map.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>

#include "base/random.h"
#include "host/test_network.h"

namespace masscan::host {
namespace {

constexpr int kLo = 1;
constexpr int kUp = 2;
constexpr int kDown = 3;

net::IpAddress ip(std::string_view text) { return net::IpAddress::parse(text).value(); }

net::Prefix prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  return {ip(text.substr(0, slash)),
          static_cast<std::uint8_t>(std::stoi(std::string(text.substr(slash + 1))))};
}

std::vector<Interface> some_interfaces() {
  return {{.index = kLo, .name = "lo", .type = LinkType::kLoopback, .is_up = true},
          {.index = kUp,
           .name = "up",
           .type = LinkType::kEthernet,
           .is_up = true,
           .addresses = {prefix("10.0.0.5/24"), prefix("10.1.0.5/16"), prefix("fd00::5/64"),
                         prefix("fd00::6/64"), prefix("2001:db8::5/64"), prefix("fe80::5/64")}},
          {.index = kDown, .name = "down", .type = LinkType::kEthernet, .is_up = false}};
}

bool is_usable(const Route& route) {
  return route.kind != RouteKind::kUnicast || route.hop.interface != kDown;
}

// The slow way: every route, for every address.
const Route* best_in(RouteTable table, std::span<const Route> routes, net::IpAddress target) {
  const Route* best = nullptr;
  for (const Route& route : routes) {
    if (route.table != table || !is_usable(route) || !route.destination.contains(target)) continue;
    const bool is_better =
        best == nullptr || route.destination.length > best->destination.length ||
        (route.destination.length == best->destination.length && route.metric < best->metric);
    if (is_better) best = &route;
  }
  return best;
}

std::optional<Hop> look_up_slowly(std::span<const Route> routes, net::IpAddress target) {
  for (const RouteTable table : {RouteTable::kLocal, RouteTable::kMain, RouteTable::kDefault}) {
    const Route* route = best_in(table, routes, target);
    if (route == nullptr || route->kind == RouteKind::kThrow) continue;
    if (route->kind == RouteKind::kRefused) return std::nullopt;
    return route->kind == RouteKind::kLocal ? Hop{kLo, route->hop.gateway} : route->hop;
  }
  return std::nullopt;
}

// Few different bits at both ends of the address, so that prefixes nest and repeat.
net::IpAddress random_address(Random& random, net::Family family) {
  const auto top = static_cast<std::uint32_t>(random.below(16)) << 28;
  const auto low = static_cast<std::uint32_t>(random.below(16));
  if (family == net::Family::kIpv4) return net::Ipv4Address(top | low);
  return net::Ipv6Address(make_uint128(std::uint64_t{top} << 32 | random.below(2), low));
}

Route random_route(Random& random, net::Family family) {
  constexpr std::array kKinds = {RouteKind::kUnicast, RouteKind::kUnicast, RouteKind::kUnicast,
                                 RouteKind::kLocal,   RouteKind::kRefused, RouteKind::kThrow};
  const int bits = family == net::Family::kIpv4 ? 32 : 128;
  const auto edge = static_cast<int>(random.below(6));
  const int length = random.chance(0.5) ? edge : bits - edge;
  Route route;
  route.destination = {random_address(random, family), static_cast<std::uint8_t>(length)};
  route.table = static_cast<RouteTable>(random.below(3));
  route.kind = kKinds[random.below(kKinds.size())];
  route.hop.interface = random.chance(0.2) ? kDown : kUp;
  if (random.chance(0.7)) route.hop.gateway = random_address(random, family);
  route.metric = static_cast<std::uint32_t>(random.below(3));
  return route;
}

TEST(RouteMap, AgreesWithTheSlowWay) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const auto family = static_cast<net::Family>(random.below(2));
    std::vector<Route> routes(random.below(30));
    for (Route& route : routes) route = random_route(random, family);
    const RouteMap map(routes, some_interfaces());
    for (int i = 0; i < 200; ++i) {
      const net::IpAddress target = random_address(random, family);
      ASSERT_EQ(map.lookup(target), look_up_slowly(routes, target)) << to_string(target);
    }
    for (const Route& route : routes) {
      const net::AddressRange range = route.destination.range();
      ASSERT_EQ(map.lookup(range.first), look_up_slowly(routes, range.first));
      ASSERT_EQ(map.lookup(range.last), look_up_slowly(routes, range.last));
    }
  }
}

Route route_to(std::string_view destination, std::optional<net::IpAddress> gateway = {},
               std::optional<net::IpAddress> source = {}) {
  return {.destination = prefix(destination), .hop = {kUp, gateway}, .preferred_source = source};
}

TEST(RouteMap, IsAlikeInStretchesThatCoverEveryAddress) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<Route> routes(random.below(30));
    for (Route& route : routes) route = random_route(random, net::Family::kIpv4);
    const RouteMap map(routes, some_interfaces());
    for (std::uint64_t at = 0; at <= 0xffffffff;) {
      const net::Ipv4Address target(static_cast<std::uint32_t>(at));
      const net::AddressRange stretch = map.alike(target);
      ASSERT_EQ(stretch.first, net::IpAddress(target));
      ASSERT_EQ(map.lookup(stretch.first), map.lookup(stretch.last));
      at = std::uint64_t{stretch.last.v4().number()} + 1;
    }
  }
}

TEST(RouteMap, KnowsNoWayWithoutRoutes) {
  for (const RouteMap& map : {RouteMap(), RouteMap({}, some_interfaces())}) {
    EXPECT_FALSE(map.lookup(ip("10.0.0.1")).has_value());
    EXPECT_FALSE(map.lookup(ip("fd00::1")).has_value());
    EXPECT_FALSE(map.source_for(ip("10.0.0.1")).has_value());
  }
}

TEST(RouteMap, SeparatesOnLinkFromRoutedTargets) {
  const RouteMap map(std::vector{route_to("0.0.0.0/0", ip("10.0.0.1")), route_to("10.0.0.0/24")},
                     some_interfaces());
  EXPECT_EQ(map.lookup(ip("10.0.0.9")), (Hop{kUp, std::nullopt}));
  EXPECT_EQ(map.lookup(ip("10.0.1.0")), (Hop{kUp, ip("10.0.0.1")}));
  EXPECT_EQ(map.lookup(ip("255.255.255.255")), (Hop{kUp, ip("10.0.0.1")}));
  EXPECT_FALSE(map.lookup(ip("fd00::9")).has_value());
}

TEST(RouteMap, FollowsOnlyTheInterfacesItIsGiven) {
  const std::vector routes = {route_to("0.0.0.0/0")};
  EXPECT_FALSE(RouteMap(routes, {some_interfaces()[0]}).lookup(ip("9.9.9.9")).has_value());
}

TEST(RouteMap, SpeaksFromTheBestAddress) {
  struct Row {
    const char* what;
    Route route;
    std::string_view target;
    std::string_view source;
  };
  const Row rows[] = {
      {"the route says so", route_to("0.0.0.0/0", {}, ip("10.1.0.5")), "9.9.9.9", "10.1.0.5"},
      {"gateway's subnet", route_to("0.0.0.0/0", ip("10.1.0.1")), "9.9.9.9", "10.1.0.5"},
      {"target's subnet", route_to("10.1.0.0/16"), "10.1.2.3", "10.1.0.5"},
      {"the first one", route_to("0.0.0.0/0"), "9.9.9.9", "10.0.0.5"},
      {"gateway of the other family", route_to("0.0.0.0/0", ip("fe80::1")), "9.9.9.9", "10.0.0.5"},
      {"unique local", route_to("fd00::/8", ip("fe80::1")), "fd12::1", "fd00::5"},
      {"global", route_to("::/0", ip("fe80::1")), "2001:db9::1", "2001:db8::5"},
      {"link-local", route_to("fe80::/64"), "fe80::9", "fe80::5"},
  };
  for (const Row& row : rows) {
    const RouteMap map(std::vector{row.route}, some_interfaces());
    EXPECT_EQ(map.source_for(ip(row.target)), ip(row.source)) << row.what;
  }
}

TEST(RouteMap, BorrowsAnAddressForAnInterfaceThatHasNone) {
  std::vector<Interface> interfaces = some_interfaces();
  interfaces.push_back(
      {.index = 4, .name = "tun", .type = LinkType::kRawIp, .is_up = true, .addresses = {}});
  Route route = route_to("9.0.0.0/8");
  route.hop.interface = 4;
  const RouteMap map(std::vector{route}, interfaces);
  EXPECT_EQ(map.source_for(ip("9.9.9.9")), ip("10.0.0.5"));
}

class KernelRoutes : public TestNetwork {
 protected:
  void SetUp() override {
    TestNetwork::SetUp();
    if (IsSkipped()) return;
    add_veth("a", "10.0.0.5/24", "fd00::5/64");
    add_veth("b", "10.64.0.5/16", "fd40::5/48");
    run("ip addr add 10.0.1.5/24 dev a; ip addr add 2001:db8::5/64 dev a nodad");
  }
  static RouteMap make_map() { return RouteMap(routes().value(), interfaces().value()); }

  static void expect_agreement(const RouteMap& map, const net::IpAddress& target) {
    const auto kernel = ask_kernel(target);
    ASSERT_TRUE(kernel.has_value()) << kernel.error().message;
    EXPECT_EQ(map.lookup(target), kernel->hop) << to_string(target);
    EXPECT_EQ(map.source_for(target), kernel->source) << to_string(target);
  }

  // Commands for `ip -batch`: nested routes of all kinds; a repeated one is refused, which is fine.
  static void add_random_routes(Random& random) {
    constexpr std::array kVia = {"via 10.0.0.1", "via 10.64.7.7", "dev a", "dev b",
                                 "via inet6 fd00::9"};
    constexpr std::array kVia6 = {"via fd00::1", "via fd40::7", "dev a", "dev b"};
    constexpr std::array kRefusing = {"blackhole", "unreachable", "prohibit", "throw"};
    std::ofstream batch("/dev/shm/masscan-host-test-routes");
    for (int i = 0; i < 300; ++i) {
      const bool is_v4 = random.chance(0.5);
      const net::Prefix to = random_destination(random, is_v4);
      const std::string destination = to_string(net::Prefix{to.range().first, to.length});
      const std::string metric = " metric " + std::to_string(1 + random.below(3));
      if (random.chance(0.2)) {
        batch << "route add " << kRefusing[random.below(4)] << ' ' << destination << metric << '\n';
      } else {
        batch << "route add " << destination << ' '
              << (is_v4 ? kVia[random.below(5)] : kVia6[random.below(4)]) << metric << '\n';
      }
    }
    batch.close();
    (void)!std::system("ip -force -batch /dev/shm/masscan-host-test-routes 2>/dev/null");
    run("rm /dev/shm/masscan-host-test-routes");
  }

  static net::IpAddress random_target(Random& random, bool is_v4) {
    const auto low = static_cast<std::uint32_t>(random.below(1024));
    const auto middle = static_cast<std::uint32_t>(random.below(4)) << 20;
    if (is_v4) return net::Ipv4Address(0x0a000000 | middle | low);
    return net::Ipv6Address(make_uint128(0xfd00000000000000 | std::uint64_t{middle} << 30, low));
  }

  static net::Prefix random_destination(Random& random, bool is_v4) {
    const auto length = static_cast<std::uint8_t>(8 + random.below(is_v4 ? 25 : 121));
    return {random_target(random, is_v4), length};
  }
};

TEST_F(KernelRoutes, AreFollowedAsTheKernelDoes) {
  Random random(7);
  add_random_routes(random);
  EXPECT_GT(routes()->size(), 200u);
  const RouteMap map = make_map();
  for (int i = 0; i < 4000; ++i) expect_agreement(map, random_target(random, i % 2 == 0));
}

TEST_F(KernelRoutes, IncludeOurOwnAddressesAndOddPlaces) {
  run("ip route add default via 10.0.0.1; ip -6 route add default via fd00::1");
  const RouteMap map = make_map();
  for (const char* target :
       {"10.0.0.5", "10.0.0.255", "127.0.0.1", "127.1.2.3", "10.64.0.5", "::1", "fd00::5",
        "fd40::5", "9.9.9.9", "223.255.255.255", "2001:db8::9", "2600::1", "fd77::1"}) {
    expect_agreement(map, ip(target));
  }
}

TEST_F(KernelRoutes, EndWithTheirInterface) {
  run("ip route add 20.0.0.0/8 via 10.64.0.1; ip route add default via 10.0.0.1");
  run("ip link set dev b down");
  const RouteMap map = make_map();
  for (const char* target : {"20.0.0.1", "10.64.0.9", "10.64.0.5", "fd40::9", "fd40::5"})
    expect_agreement(map, ip(target));
}

TEST_F(KernelRoutes, MayBePointToPointWithoutAGateway) {
  run("ip route add default dev b; ip -6 route add default dev b");
  const RouteMap map = make_map();
  for (const char* target : {"9.9.9.9", "2600::1"}) expect_agreement(map, ip(target));
}

}  // namespace
}  // namespace masscan::host
