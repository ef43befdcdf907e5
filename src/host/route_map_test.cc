#include "host/route_map.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace masscan::host {
namespace {

net::IpAddress ip(std::string_view text) { return net::IpAddress::parse(text).value(); }

net::Prefix prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  return {ip(text.substr(0, slash)),
          static_cast<std::uint8_t>(std::stoi(std::string(text.substr(slash + 1))))};
}

Interface some_interface() {
  return {.index = 2,
          .name = "up",
          .type = LinkType::kEthernet,
          .is_up = true,
          .addresses = {prefix("10.0.0.5/24"), prefix("10.1.0.5/16"), prefix("fd00::5/64"),
                        prefix("fd00::6/64"), prefix("2001:db8::5/64"), prefix("fe80::5/64")}};
}

// Returns an address of few varying bits at both ends, so that prefixes nest and repeat.
net::IpAddress random_address(Random& random, net::Family family) {
  const auto top = static_cast<std::uint32_t>(random.below(16)) << 28;
  const auto low = static_cast<std::uint32_t>(random.below(16));
  if (family == net::Family::kIpv4) return net::Ipv4Address(top | low);
  return net::Ipv6Address(make_uint128(std::uint64_t{top} << 32 | random.below(2), low));
}

net::Prefix random_prefix(Random& random, net::Family family) {
  const int bits = family == net::Family::kIpv4 ? 32 : 128;
  const auto edge = static_cast<int>(random.below(6));
  const int length = random.chance(0.5) ? edge : bits - edge;
  return {random_address(random, family), static_cast<std::uint8_t>(length)};
}

net::IpAddress next(const net::IpAddress& address, int step) {
  if (address.is_v4()) {
    return net::Ipv4Address(address.v4().number() + static_cast<std::uint32_t>(step));
  }
  return net::Ipv6Address(address.v6().number() + static_cast<Uint128>(step));
}

// Returns ascending ranges with gaps between them.
std::vector<net::AddressRange> random_targets(Random& random, net::Family family) {
  std::vector<net::IpAddress> ends(2 * (1 + random.below(5)));
  for (net::IpAddress& end : ends) end = random_address(random, family);
  std::ranges::sort(ends);
  std::vector<net::AddressRange> targets;
  for (std::size_t i = 0; i < ends.size(); i += 2) {
    const bool is_apart = targets.empty() || targets.back().last < ends[i];
    if (is_apart) targets.push_back({ends[i], ends[i + 1]});
  }
  return targets;
}

// A simulated kernel: the index of the longest prefix around an address is its route; every third
// one refuses.
class Prefixes {
 public:
  Prefixes(Random& random, net::Family family) : prefixes_(random.below(30)) {
    for (net::Prefix& one : prefixes_) one = random_prefix(random, family);
  }

  RouteDecision decide(const net::IpAddress& target) const {
    std::size_t best = prefixes_.size();
    for (std::size_t i = 0; i < prefixes_.size(); ++i) {
      if (!prefixes_[i].contains(target)) continue;
      if (best == prefixes_.size() || prefixes_[i].length > prefixes_[best].length) best = i;
    }
    if (best % 3 == 2) return {};
    return {.hop = Hop{.interface = 1 + static_cast<int>(best % 5)}};
  }
  RouteMap map(std::span<const net::AddressRange> targets) const {
    const auto ask = [this](const net::IpAddress& target) -> Result<RouteDecision> {
      return decide(target);
    };
    return RouteMap::make(targets, prefixes_, ask).value();
  }

 private:
  std::vector<net::Prefix> prefixes_;
};

TEST(RouteMap, SaysOfEveryTargetWhatTheKernelSays) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const auto family = static_cast<net::Family>(random.below(2));
    const Prefixes kernel(random, family);
    const std::vector<net::AddressRange> targets = random_targets(random, family);
    const RouteMap map = kernel.map(targets);
    for (const net::AddressRange& range : targets) {
      for (net::IpAddress target : {range.first, range.last, random_address(random, family)}) {
        for (int step = -1; step <= 1; ++step) {
          const net::IpAddress near = next(target, step);
          if (!range.contains(near)) continue;
          ASSERT_EQ(map.lookup(near), kernel.decide(near).hop) << to_string(near);
        }
      }
    }
  }
}

TEST(RouteMap, IsAlikeInStretchesThatCoverEveryAddress) {
  const std::vector<net::AddressRange> all = {{ip("0.0.0.0"), ip("255.255.255.255")}};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Prefixes kernel(random, net::Family::kIpv4);
    const RouteMap map = kernel.map(all);
    std::size_t count = 0;
    for (std::uint64_t at = 0; at <= 0xffffffff; ++count) {
      const net::Ipv4Address target(static_cast<std::uint32_t>(at));
      const net::AddressRange stretch = map.range_of(target);
      ASSERT_EQ(stretch.first, net::IpAddress(target));
      ASSERT_EQ(map.ranges()[count].first, net::IpAddress(target));
      ASSERT_EQ(kernel.decide(stretch.first).hop, kernel.decide(stretch.last).hop);
      at = std::uint64_t{stretch.last.v4().number()} + 1;
    }
    EXPECT_EQ(map.ranges().size(), count);
  }
}

TEST(RouteMap, AsksOnceForAllTargetsBetweenTwoSeams) {
  std::vector<net::AddressRange> targets;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const net::Ipv4Address one(0x0a000000 + 2 * i);
    targets.push_back({one, one});
  }
  std::vector<net::IpAddress> asked;
  const auto decide = [&](const net::IpAddress& target) -> Result<RouteDecision> {
    asked.push_back(target);
    return RouteDecision{.hop = Hop{.interface = static_cast<int>(asked.size())}};
  };
  const RouteMap map = RouteMap::make(targets, std::vector{prefix("10.0.1.0/24")}, decide).value();
  EXPECT_EQ(asked, (std::vector{ip("10.0.0.0"), ip("10.0.1.0"), ip("10.0.2.0")}));
  EXPECT_EQ(map.lookup(ip("10.0.0.254"))->interface, 1);
  EXPECT_EQ(map.lookup(ip("10.0.1.254"))->interface, 2);
  EXPECT_EQ(map.lookup(ip("10.0.7.206"))->interface, 3);
}

TEST(RouteMap, KnowsNoWayWithoutTargets) {
  EXPECT_FALSE(RouteMap().lookup(ip("10.0.0.1")).has_value());
  EXPECT_FALSE(RouteMap().lookup(ip("fd00::1")).has_value());
  EXPECT_TRUE(RouteMap().ranges().empty());
}

TEST(RouteMap, HandsAnErrorOn) {
  const auto fail = [](const net::IpAddress&) -> Result<RouteDecision> { return run_error("no"); };
  const std::vector<net::AddressRange> targets = {{ip("10.0.0.1"), ip("10.0.0.1")}};
  EXPECT_EQ(RouteMap::make(targets, {}, fail).error().message, "no");
}

TEST(BestSource, SuitsTheTarget) {
  struct Row {
    const char* what;
    std::string_view next_hop;
    std::string_view target;
    std::string_view source;
  };
  const Row rows[] = {
      {"gateway's subnet", "10.1.0.1", "9.9.9.9", "10.1.0.5"},
      {"target's subnet", "10.1.2.3", "10.1.2.3", "10.1.0.5"},
      {"the first one", "9.9.9.9", "9.9.9.9", "10.0.0.5"},
      {"gateway of the other family", "fe80::1", "9.9.9.9", "10.0.0.5"},
      {"unique local", "fe80::1", "fd12::1", "fd00::5"},
      {"global", "fe80::1", "2001:db9::1", "2001:db8::5"},
      {"link-local", "fe80::9", "fe80::9", "fe80::5"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(best_source(some_interface(), ip(row.target), ip(row.next_hop)), ip(row.source))
        << row.what;
  }
}

TEST(BestSource, IsMissingWhereTheInterfaceHasNoAddressOfTheFamily) {
  EXPECT_FALSE(best_source({}, ip("10.0.0.1"), ip("10.0.0.1")).has_value());
}

}  // namespace
}  // namespace masscan::host
