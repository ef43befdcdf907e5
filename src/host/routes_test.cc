#include "host/routes.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <algorithm>

#include "host/interfaces.h"
#include "host/test_network.h"

namespace masscan::host {
namespace {

// Two networks, and typical policy rules.
class Routes : public TestNetwork {
 protected:
  void SetUp() override {
    TestNetwork::SetUp();
    if (IsSkipped()) return;
    add_veth("a", "10.0.0.5/24", "fd00::5/64");
    add_veth("b", "10.0.1.5/24", "fd01::5/64");
    a_ = index("a");
    b_ = index("b");
  }
  static int index(std::string_view name) {
    return find_interface(interfaces().value(), name)->index;
  }
  static RouteDecision ask(const Flow& flow) {
    auto kernel = KernelRoutes::open();
    return kernel->ask(flow).value();
  }
  static RouteDecision ask(std::string_view target) { return ask(Flow{.target = ip(target)}); }

  int a_ = 0;
  int b_ = 0;
};

TEST_F(Routes, HaveHopSourceAndTable) {
  run("ip route add 10.2.0.0/16 via 10.0.1.1; ip -6 route add default via fd00::1 table main");
  EXPECT_EQ(ask("10.2.3.4"),
            (RouteDecision{
                .hop = Hop{b_, ip("10.0.1.1")}, .source = ip("10.0.1.5"), .table = RT_TABLE_MAIN}));
  EXPECT_EQ(ask("fd01::9"),
            (RouteDecision{
                .hop = Hop{b_, std::nullopt}, .source = ip("fd01::5"), .table = RT_TABLE_MAIN}));
  EXPECT_EQ(ask("2600::1").hop, (Hop{a_, ip("fd00::1")}));
}

TEST_F(Routes, AreThereForProtocolsThatTheKernelCannotBeAskedAbout) {
  EXPECT_EQ(ask({.target = ip("10.0.1.9"), .protocol = IPPROTO_SCTP, .port = 80}).hop,
            (Hop{b_, std::nullopt}));
  EXPECT_EQ(ask({.target = ip("fd01::9"), .protocol = IPPROTO_SCTP, .port = 80}).hop,
            (Hop{b_, std::nullopt}));
  EXPECT_EQ(ask({.target = ip("fd01::9"), .protocol = IPPROTO_ICMP}).hop, (Hop{b_, std::nullopt}));
}

TEST_F(Routes, MayHaveAGatewayOfTheOtherFamily) {
  run("ip route add 10.2.0.0/16 via inet6 fd00::1 dev a");
  EXPECT_EQ(ask("10.2.0.1").hop, (Hop{a_, ip("fd00::1")}));
}

TEST_F(Routes, MayBePointToPointWithoutAGateway) {
  run("ip route add default dev b; ip -6 route add default dev b");
  EXPECT_EQ(ask("9.9.9.9").hop, (Hop{b_, std::nullopt}));
  EXPECT_EQ(ask("2600::1").hop, (Hop{b_, std::nullopt}));
}

TEST_F(Routes, ToOurselvesGoRoundTheLoopback) {
  for (const char* own : {"10.0.0.5", "127.0.0.1", "fd00::5", "::1"}) {
    EXPECT_EQ(ask(own).hop, (Hop{index("lo"), std::nullopt})) << own;
    EXPECT_EQ(ask(own).source, ip(own));
  }
}

TEST_F(Routes, RefuseWithAReason) {
  run("ip route add blackhole 10.4.0.0/16; ip -6 route add blackhole fd44::/16");
  run("ip route add prohibit 10.5.0.0/16; ip -6 route add prohibit fd45::/16");
  run("ip route add unreachable 10.6.0.0/16; ip -6 route add unreachable fd46::/16");
  run("ip route add throw 10.7.0.0/16; ip -6 route add throw fd47::/16");
  run("ip rule add to 10.8.0.0/16 prohibit; ip -6 rule add to fd48::/16 blackhole");
  run("ip route add 10.9.0.0/16 encap ip id 7 dst 10.0.0.9 via 10.0.0.1");
  const std::pair<const char*, Refusal> rows[] = {
      {"10.4.0.1", Refusal::kBlackhole},    {"fd44::1", Refusal::kBlackhole},
      {"10.5.0.1", Refusal::kProhibited},   {"fd45::1", Refusal::kProhibited},
      {"10.6.0.1", Refusal::kUnreachable},  {"fd46::1", Refusal::kUnreachable},
      {"10.7.0.1", Refusal::kNoRoute},      {"fd47::1", Refusal::kNoRoute},
      {"10.8.0.1", Refusal::kProhibited},   {"fd48::1", Refusal::kBlackhole},
      {"10.9.0.1", Refusal::kEncapsulated}, {"9.9.9.9", Refusal::kNoRoute}};
  for (const auto& [target, refusal] : rows) {
    EXPECT_FALSE(ask(target).hop.has_value()) << target;
    EXPECT_EQ(name(ask(target).refusal), name(refusal)) << target;
  }
}

TEST_F(Routes, FollowAVpnClientsRules) {
  run("ip route add default via 10.0.0.1; ip -6 route add default via fd00::1");
  add_veth("wg", "10.99.0.2/32", "fd99::2/128");
  for (const std::string family : {"-4", "-6"}) {
    run("ip " + family + " route add default dev wg table 51820");
    run("ip " + family + " rule add not fwmark 51820 table 51820");
    run("ip " + family + " rule add table main suppress_prefixlength 0");
  }
  EXPECT_EQ(ask("9.9.9.9").hop, (Hop{index("wg"), std::nullopt}));
  EXPECT_EQ(ask("9.9.9.9").source, ip("10.99.0.2"));
  EXPECT_EQ(ask("9.9.9.9").table, 51820u);
  EXPECT_EQ(ask("2600::1").hop, (Hop{index("wg"), std::nullopt}));
  EXPECT_EQ(ask("10.0.1.9").hop, (Hop{b_, std::nullopt}));
}

TEST_F(Routes, DependOnTheSourceThatTheUserOrTheFirstRouteNames) {
  run("ip route add default via 10.0.0.1; ip route add default via 10.0.1.1 table 7");
  run("ip rule add from 10.0.1.5 table 7");
  EXPECT_EQ(ask("9.9.9.9").hop, (Hop{a_, ip("10.0.0.1")}));
  const RouteDecision named = ask(Flow{.target = ip("9.9.9.9"), .source = ip("10.0.1.5")});
  EXPECT_EQ(named.hop, (Hop{b_, ip("10.0.1.1")}));
  EXPECT_EQ(named.source, ip("10.0.1.5"));
  run("ip rule add from 10.0.0.5 table 7");  // connect(2) uses it in its second lookup
  EXPECT_EQ(ask("9.9.9.9").hop, (Hop{b_, ip("10.0.1.1")}));
  EXPECT_EQ(ask("9.9.9.9").source, ip("10.0.0.5"));
}

TEST_F(Routes, MayExistForASourceOnly) {
  run("ip -6 route add default from fd01::/64 via fd01::1 dev b");
  EXPECT_EQ(ask("fd01:2::9").hop, (Hop{b_, ip("fd01::1")}));
  EXPECT_EQ(ask("fd01:2::9").source, ip("fd01::5"));
  EXPECT_FALSE(ask("fd00:2::9").hop.has_value());  // the kernel would try it from fd00::5
}

TEST_F(Routes, OfABoundSocketLeadThroughItsInterface) {
  run("ip route add default via 10.0.0.1; ip route add 10.2.0.0/16 via 10.0.1.1");
  const Flow to_2{.target = ip("10.2.0.1"), .interface = a_};
  EXPECT_EQ(ask(to_2).hop, (Hop{a_, ip("10.0.0.1")}));
  const RouteDecision assumed = ask(Flow{.target = ip("9.9.9.9"), .interface = b_});
  EXPECT_EQ(assumed, (RouteDecision{.hop = Hop{b_, std::nullopt}, .source = ip("10.0.1.5")}));
  EXPECT_FALSE(ask(Flow{.target = ip("2600::1"), .interface = b_}).hop.has_value());
}

TEST_F(Routes, DependOnPortsAndProtocol) {
  run("ip route add default via 10.0.0.1; ip route add default via 10.0.1.1 table 7");
  run("ip rule add ipproto tcp dport 443 table 7; ip rule add ipproto udp table 7");
  EXPECT_EQ(ask(Flow{.target = ip("9.9.9.9"), .port = 443}).hop->interface, b_);
  EXPECT_EQ(ask(Flow{.target = ip("9.9.9.9"), .port = 80}).hop->interface, a_);
  EXPECT_EQ(ask(Flow{.target = ip("9.9.9.9"), .protocol = 17}).hop->interface, b_);
  EXPECT_EQ(ask(Flow{.target = ip("9.9.9.9"), .protocol = 1}).hop->interface, a_);
}

TEST_F(Routes, HaveSeamsInEveryTableAndRule) {
  run("ip route add 10.8.0.0/16 dev a table 1000; ip -6 route add fd08::/16 dev a table 1000");
  run("ip rule add to 10.9.0.0/16 table 7; ip -6 rule add to fd09::/16 sport 7-9 table 7");
  run("ip rule add dport 443 table 7");
  const RouteBoundaries boundaries = route_boundaries().value();
  std::vector<std::string> destinations;
  for (const net::Prefix& one : boundaries.destinations) destinations.push_back(to_string(one));
  for (const char* expected : {"10.0.0.0/24", "10.0.0.5/32", "fd00::5/128", "10.8.0.0/16",
                               "fd08::/16", "10.9.0.0/16", "fd09::/16"}) {
    EXPECT_EQ(std::ranges::count(destinations, expected), 1) << expected;
  }
  EXPECT_EQ(boundaries.ports, (std::vector{net::PortRange{443, 443}}));
  EXPECT_EQ(boundaries.source_ports, (std::vector{net::PortRange{7, 9}}));
  EXPECT_TRUE(boundaries.tells_probes_apart());
  EXPECT_FALSE(boundaries.tells_protocols);
  run("ip rule add ipproto icmp table 7");
  EXPECT_TRUE(route_boundaries().value().tells_protocols);
}

TEST_F(Routes, AreAllReadFromALargeTable) {
  run("for i in $(seq 0 255); do for j in $(seq 0 39); do"
      " echo \"route add 20.$i.$j.0/24 via 10.0.0.1\"; done; done | ip -batch -");
  EXPECT_GE(route_boundaries()->destinations.size(), 10240u);
}

}  // namespace
}  // namespace masscan::host
