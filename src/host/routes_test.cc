#include "host/routes.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "host/interfaces.h"
#include "host/test_network.h"

namespace masscan::host {
namespace {

class Routes : public TestNetwork {
 protected:
  void SetUp() override {
    TestNetwork::SetUp();
    if (IsSkipped()) return;
    add_veth("a", "10.0.0.5/24", "fd00::5/64");
    add_veth("b", "10.0.1.5/24", "fd01::5/64");
    a_ = find_interface(interfaces().value(), "a")->index;
    b_ = find_interface(interfaces().value(), "b")->index;
  }
  // The only route to `destination` in the table.
  static std::optional<Route> get(std::string_view destination,
                                  RouteTable table = RouteTable::kMain) {
    const auto all = routes();
    const auto matches = [&](const Route& route) {
      return to_string(route.destination) == destination && route.table == table;
    };
    const auto it = std::ranges::find_if(*all, matches);
    if (it == all->end()) return std::nullopt;
    EXPECT_EQ(std::ranges::count_if(*all, matches), 1) << destination;
    return *it;
  }

  int a_ = 0;
  int b_ = 0;
};

TEST_F(Routes, HaveGatewaySourceAndMetric) {
  run("ip route add default via 10.0.0.1 src 10.0.0.5 metric 7");
  run("ip -6 route add default via fd01::1 metric 9");
  const auto v4 = get("0.0.0.0/0");
  ASSERT_TRUE(v4.has_value());
  EXPECT_EQ(v4->hop, (Hop{a_, ip("10.0.0.1")}));
  EXPECT_EQ(v4->preferred_source, ip("10.0.0.5"));
  EXPECT_EQ(v4->metric, 7u);
  const auto v6 = get("::/0");
  ASSERT_TRUE(v6.has_value());
  EXPECT_EQ(v6->hop, (Hop{b_, ip("fd01::1")}));
  EXPECT_EQ(v6->metric, 9u);
}

TEST_F(Routes, AreOnLinkWithoutAGateway) {
  EXPECT_EQ(get("10.0.1.0/24")->hop, (Hop{b_, std::nullopt}));
  EXPECT_EQ(get("fd01::/64")->hop, (Hop{b_, std::nullopt}));
}

TEST_F(Routes, MayHaveAGatewayOfTheOtherFamily) {
  run("ip route add 10.2.0.0/16 via inet6 fd00::1 dev a");
  EXPECT_EQ(get("10.2.0.0/16")->hop, (Hop{a_, ip("fd00::1")}));
}

TEST_F(Routes, TakeTheFirstLivingOfSeveralHops) {
  run("ip route add 10.3.0.0/16 nexthop via 10.0.1.1 nexthop via 10.0.0.1");
  EXPECT_EQ(get("10.3.0.0/16")->hop, (Hop{b_, ip("10.0.1.1")}));
  run("ip link set dev b down");
  EXPECT_EQ(get("10.3.0.0/16")->hop, (Hop{a_, ip("10.0.0.1")}));
}

TEST_F(Routes, KnowTheKindsThatLeadNowhereAndTheTables) {
  run("ip route add blackhole 10.4.0.0/16; ip route add prohibit 10.5.0.0/16");
  run("ip route add throw 10.6.0.0/16; ip -6 route add unreachable fd04::/16");
  run("ip route add 10.7.0.0/16 dev a table default");
  run("ip route add 10.8.0.0/16 dev a table 100");
  EXPECT_EQ(get("10.4.0.0/16")->kind, RouteKind::kRefused);
  EXPECT_EQ(get("10.5.0.0/16")->kind, RouteKind::kRefused);
  EXPECT_EQ(get("10.6.0.0/16")->kind, RouteKind::kThrow);
  EXPECT_EQ(get("fd04::/16")->kind, RouteKind::kRefused);
  EXPECT_EQ(get("10.0.0.5/32", RouteTable::kLocal)->kind, RouteKind::kLocal);
  EXPECT_EQ(get("fd00::5/128", RouteTable::kLocal)->kind, RouteKind::kLocal);
  EXPECT_EQ(get("10.0.0.255/32", RouteTable::kLocal)->kind, RouteKind::kUnicast);
  EXPECT_EQ(get("10.7.0.0/16", RouteTable::kDefault)->kind, RouteKind::kUnicast);
  EXPECT_FALSE(get("10.8.0.0/16").has_value());
}

TEST_F(Routes, IncludeWhatTheKernelWouldDo) {
  run("ip route add 10.2.0.0/16 via 10.0.1.1");
  run("ip route add blackhole 10.4.0.0/16");
  const auto way = ask_kernel(ip("10.2.3.4"));
  ASSERT_TRUE(way.has_value()) << way.error().message;
  EXPECT_EQ(way->hop, (Hop{b_, ip("10.0.1.1")}));
  EXPECT_EQ(way->source, ip("10.0.1.5"));
  EXPECT_EQ(ask_kernel(ip("fd01::9"))->hop, (Hop{b_, std::nullopt}));
  EXPECT_EQ(ask_kernel(ip("fd01::9"))->source, ip("fd01::5"));
  EXPECT_FALSE(ask_kernel(ip("10.4.3.4"))->hop.has_value());
  EXPECT_FALSE(ask_kernel(ip("9.9.9.9"))->hop.has_value());
  EXPECT_FALSE(ask_kernel(ip("2001::1"))->hop.has_value());
}

TEST_F(Routes, AreAllReadFromALargeTable) {
  run("for i in $(seq 0 255); do for j in $(seq 0 39); do"
      " echo \"route add 20.$i.$j.0/24 via 10.0.0.1\"; done; done | ip -batch -");
  EXPECT_GE(routes()->size(), 10240u);
}

}  // namespace
}  // namespace masscan::host
