#include "targets/probe_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "base/random.h"
#include "targets/target_parser.h"

namespace masscan::targets {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Result<ProbeSpace> space_of(std::string_view targets, std::string_view ports) {
  AddressSet addresses;
  PortSet port_set;
  TargetList list;
  if (!targets.empty()) TRY(parse_targets(targets, "targets", ListKind::kTargets, list));
  if (!ports.empty()) TRY(parse_ports(ports, "ports", net::Transport::kTcp, port_set));
  addresses.add(std::move(list.ranges));
  PairSet pairs;
  pairs.add(std::move(list.pairs));
  return ProbeSpace::make(std::move(addresses), std::move(port_set), std::move(pairs));
}

net::IpAddress ip(std::string_view text) { return *net::IpAddress::parse(text); }
net::Port tcp(std::uint16_t number) { return {net::Transport::kTcp, number}; }

TEST(ProbeSpace, NumbersAddressesWithinPortsAndIpv4First) {
  const ProbeSpace space = *space_of("fd09::1-fd09::2,10.0.0.9,10.0.0.1", "U:53,T:443,80");
  const Target in_order[] = {
      {ip("10.0.0.1"), tcp(80)}, {ip("10.0.0.9"), tcp(80)},  {ip("fd09::1"), tcp(80)},
      {ip("fd09::2"), tcp(80)},  {ip("10.0.0.1"), tcp(443)}, {ip("10.0.0.9"), tcp(443)},
      {ip("fd09::1"), tcp(443)}, {ip("fd09::2"), tcp(443)},
  };
  ASSERT_EQ(space.size(), 12u);
  for (std::uint64_t i = 0; i < std::size(in_order); ++i) {
    EXPECT_EQ(space.at(i), in_order[i]) << i;
    EXPECT_EQ(space.index_of(in_order[i].address, in_order[i].port), i);
  }
  EXPECT_EQ(space.at(11), (Target{ip("fd09::2"), {net::Transport::kUdp, 53}}));
}

TEST(ProbeSpace, KnowsWhatIsNoTarget) {
  const ProbeSpace space = *space_of("10.0.0.0/24,fd09::/120", "80");
  EXPECT_EQ(space.index_of(ip("10.0.1.0"), tcp(80)), std::nullopt);
  EXPECT_EQ(space.index_of(ip("10.0.0.1"), tcp(81)), std::nullopt);
  EXPECT_EQ(space.index_of(ip("10.0.0.1"), {net::Transport::kUdp, 80}), std::nullopt);
}

TEST(ProbeSpace, NumbersPairsAfterTheProduct) {
  const ProbeSpace space = *space_of(
      "10.0.0.0/31 [fd09::1]:22 10.0.0.9:8080 10.0.0.9:80 10.0.0.1:80 10.0.0.1:81 10.0.0.9:80",
      "80,443");
  const Target pairs[] = {
      {ip("10.0.0.1"), tcp(81)},
      {ip("10.0.0.9"), tcp(80)},
      {ip("10.0.0.9"), tcp(8080)},
      {ip("fd09::1"), tcp(22)},
  };
  ASSERT_EQ(space.size(), 4 + std::size(pairs));
  for (std::uint64_t i = 0; i < std::size(pairs); ++i) {
    EXPECT_EQ(space.at(4 + i), pairs[i]) << i;
    EXPECT_EQ(space.index_of(pairs[i].address, pairs[i].port), 4 + i);
  }
  EXPECT_EQ(space.index_of(ip("10.0.0.1"), tcp(80)), 1u);
  EXPECT_EQ(space.index_of(ip("10.0.0.9"), tcp(443)), std::nullopt);
}

TEST(ProbeSpace, NeedsNoPortsForPairsAlone) {
  const ProbeSpace space = *space_of("10.0.0.1:80,[fd09::1]:443", "");
  ASSERT_EQ(space.size(), 2u);
  EXPECT_EQ(space.at(0), (Target{ip("10.0.0.1"), tcp(80)}));
  EXPECT_EQ(space.at(1), (Target{ip("fd09::1"), tcp(443)}));
  EXPECT_EQ(space_of("10.0.0.1:80", "443")->size(), 1u);
  EXPECT_THAT(space_of("10.0.0.1:80,10.0.0.2", "").error().message,
              HasSubstr("for the targets that are not pairs"));
}

TEST(ProbeSpace, CountsPairsTowardsItsLimit) {
  constexpr std::string_view kMost = "2001:db8::/67,2001:db8:1::-2001:db8:1::1fff:ffff:ffff:fffe";
  ASSERT_EQ(space_of(kMost, "80,443")->size(), (std::uint64_t{1} << 63) - 2);
  EXPECT_TRUE(space_of(std::string(kMost) + ",10.0.0.1:1", "80,443"));
  EXPECT_THAT(space_of(std::string(kMost) + ",10.0.0.1:1,10.0.0.1:2", "80,443").error().message,
              HasSubstr("requested is 64 bits"));
}

TEST(ProbeSpace, RefusesToAskNothing) {
  EXPECT_THAT(space_of("", "80").error().message,
              AllOf(HasSubstr("target IP address list empty"), HasSubstr("-iL FILE"),
                    HasSubstr("all addresses were removed by exclusion")));
  EXPECT_THAT(space_of("10.0.0.1", "").error().message,
              AllOf(HasSubstr("no ports were specified"), HasSubstr("-p80")));
}

TEST(ProbeSpace, RefusesWhatItCannotNumberAndSaysHowManyBitsItNeeds) {
  struct Row {
    std::string_view targets, ports;
    int bits;  // 0: fits
  };
  constexpr Row kRows[] = {
      {"2001:db8::/66", "80", 0},
      {"2001:db8::/66", "80,443", 64},
      {"2001:db8::/65", "80", 64},
      {"2001:db8::/64", "80", 65},
      {"0.0.0.0/0", "0-65535", 0},
      {"0.0.0.0/0,2001:db8::/66", "80", 0},
      {"::/1", "80", 128},
      {"::/1", "0-65535", 144},
      {"2001:db8::/82", "0-32767", 0},
      {"2001:db8::/82", "0-65535", 63},
      {"2001:db8::/81", "0-65535", 64},
  };
  for (const Row& row : kRows) {
    const Result<ProbeSpace> space = space_of(row.targets, row.ports);
    if (row.bits <= 63) {
      EXPECT_TRUE(space) << row.targets;
    } else {
      ASSERT_FALSE(space) << row.targets;
      EXPECT_THAT(
          space.error().message,
          AllOf(HasSubstr("requested is " + std::to_string(row.bits) + " bits"), HasSubstr("/66")));
      EXPECT_EQ(space.error().fault, Fault::kUsage);
    }
  }
}

TEST(ProbeSpace, NumbersTheLargestSpaceToItsEnd) {
  const ProbeSpace space = *space_of("2001:db8::/66,10.0.0.0/8,192.0.2.1", "80");
  const std::uint64_t size = (std::uint64_t{1} << 62) + (1 << 24) + 1;
  ASSERT_EQ(space.size(), size);
  EXPECT_EQ(space.at(size - 1).address, ip("2001:db8::3fff:ffff:ffff:ffff"));
  EXPECT_EQ(space.index_of(ip("2001:db8::3fff:ffff:ffff:ffff"), tcp(80)), size - 1);
}

RC_GTEST_PROP(ProbeSpace, FindsEveryTargetAgainByItsIndex, (std::uint64_t seed)) {
  Random random(seed);
  AddressSet addresses;
  PortSet ports;
  for (std::uint64_t i = 1 + random.below(30); i > 0; --i) {
    const auto first = static_cast<std::uint32_t>(random.next() | 1);
    const std::uint64_t last = first + (random.next() >> (32 + random.below(32)));
    addresses.add({net::Ipv4Address(first), net::Ipv4Address(static_cast<std::uint32_t>(
                                                std::min<std::uint64_t>(last, ~0u)))});
    const Uint128 v6 = make_uint128(random.next(), random.next() >> 1);
    addresses.add({net::Ipv6Address(v6), net::Ipv6Address(v6 + (random.next() >> 30))});
    ports.add(random.chance(0.5) ? net::Transport::kTcp : net::Transport::kUdp,
              {static_cast<std::uint16_t>(random.below(1000)),
               static_cast<std::uint16_t>(1000 + random.below(1000))});
  }
  PairList list;
  for (std::uint64_t i = random.below(100); i > 0; --i) {
    const auto number = static_cast<std::uint16_t>(random.below(3000));
    const net::Ipv4Address v4(static_cast<std::uint32_t>(random.below(4000)));
    list.add(
        {random.chance(0.5) ? net::IpAddress(v4) : net::Ipv6Address(v4.number()), tcp(number)});
  }
  PairSet pairs;
  pairs.add(std::move(list));
  const Result<ProbeSpace> space = ProbeSpace::make(addresses, ports, pairs);
  RC_ASSERT(space.has_value());
  for (int i = 0; i < 200; ++i) {
    const bool wants_pair = space->pairs().size() > 0 && random.chance(0.5);
    const std::uint64_t index = wants_pair ? space->size() - 1 - random.below(space->pairs().size())
                                           : random.below(space->size());
    const Target target = space->at(index);
    const bool is_product = addresses.contains(target.address) && ports.contains(target.port);
    RC_ASSERT(is_product != pairs.index_of(target).has_value() || !wants_pair);
    RC_ASSERT(space->index_of(target.address, target.port) == index);
  }
}

// Makes dense ranges, which need a search, and some large ones.
AddressSet crowded_ipv4() {
  AddressSet addresses;
  for (std::uint32_t i = 0; i < 300; ++i) {
    addresses.add({net::Ipv4Address(4 * i), net::Ipv4Address(4 * i + i % 3)});
  }
  addresses.add({net::Ipv4Address(0x0a000000), net::Ipv4Address(0x0a01ffff)});
  return addresses;
}

AddressSet scattered_ipv6() {
  AddressSet addresses;
  for (std::uint32_t i = 0; i < 300; ++i) {
    const net::Ipv6Address v6(make_uint128(0xfd09 + i, i));
    addresses.add({v6, v6});
  }
  return addresses;
}

PortSet tcp_ports(std::uint16_t first, std::uint16_t last) {
  PortSet ports;
  ports.add(net::Transport::kTcp, {first, last});
  return ports;
}

void expect_same_at_once(const ProbeSpace& space) {
  TargetBatch batch;
  for (std::uint64_t first = 0; first < space.size(); first += TargetBatch::kMost) {
    std::vector<std::uint64_t> indexes;
    while (indexes.size() < TargetBatch::kMost && first + indexes.size() < space.size()) {
      indexes.push_back(first + indexes.size());
    }
    space.at(indexes, batch);
    ASSERT_EQ(batch.count, indexes.size());
    for (std::size_t i = 0; i < indexes.size(); ++i) {
      ASSERT_EQ(batch.target(i), space.at(indexes[i]));
      ASSERT_EQ(space.index_of(batch.address(i), batch.ports[i]), indexes[i]);
    }
  }
}

TEST(ProbeSpace, GivesManyTargetsAtOnceAsOneByOne) {
  expect_same_at_once(*ProbeSpace::make(crowded_ipv4(), tcp_ports(80, 80)));
  expect_same_at_once(*ProbeSpace::make(crowded_ipv4(), tcp_ports(80, 82)));
  expect_same_at_once(*ProbeSpace::make(scattered_ipv6(), tcp_ports(80, 82)));
}

TEST(ProbeSpace, GivesBothFamiliesAndPairsAtOnceAsOneByOne) {
  AddressSet both = crowded_ipv4();
  both.v6 = scattered_ipv6().v6;
  PairList list;
  list.add({net::Ipv4Address(1), tcp(7)});
  PairSet pairs;
  pairs.add(std::move(list));
  expect_same_at_once(*ProbeSpace::make(both, tcp_ports(80, 82), pairs));
}

}  // namespace
}  // namespace masscan::targets
