#include "targets/pair_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"

namespace masscan::targets {
namespace {

using testing::ElementsAre;

Target pair(std::string_view address, std::uint16_t port) {
  return {*net::IpAddress::parse(address), {net::Transport::kTcp, port}};
}

PairSet set_of(std::initializer_list<Target> pairs) {
  PairList list;
  for (const Target& target : pairs) list.add(target);
  PairSet set;
  set.add(std::move(list));
  return set;
}

TEST(PairSet, NeedsLittleMemory) {
  EXPECT_EQ(sizeof(Ipv4Pair), 8u);
  EXPECT_EQ(sizeof(Ipv6Pair), 24u);
}

TEST(PairSet, KeepsEveryTransportAndTheEndsOfEveryNumber) {
  for (const char* address :
       {"0.0.0.0", "255.255.255.255", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
    for (const auto transport : {net::Transport::kTcp, net::Transport::kUdp, net::Transport::kIp}) {
      for (const std::uint16_t number : {0, 65535}) {
        const Target target{*net::IpAddress::parse(address), {transport, number}};
        EXPECT_EQ(set_of({target}).at(0), target);
      }
    }
  }
}

TEST(PairSet, DropsWhatIsExcluded) {
  const PairSet all = set_of(
      {pair("10.0.0.1", 80), pair("10.0.0.1", 81), pair("10.0.0.2", 80), pair("fd09::1", 80)});
  AddressSet addresses;
  addresses.add({*net::IpAddress::parse("10.0.0.1"), *net::IpAddress::parse("10.0.0.1")});
  PortSet ports;
  ports.add(net::Transport::kTcp, {80, 80});

  PairSet set = all;
  set.subtract(addresses);
  EXPECT_EQ(set, set_of({pair("10.0.0.2", 80), pair("fd09::1", 80)}));
  set = all;
  set.subtract(ports);
  EXPECT_EQ(set, set_of({pair("10.0.0.1", 81)}));
  set = all;
  set.subtract_product(addresses, ports);
  EXPECT_EQ(set, set_of({pair("10.0.0.1", 81), pair("10.0.0.2", 80), pair("fd09::1", 80)}));
}

TEST(PairSet, KnowsItsAddresses) {
  const PairSet set = set_of(
      {pair("10.0.0.1", 80), pair("10.0.0.1", 81), pair("10.0.0.2", 80), pair("fd09::1", 80)});
  EXPECT_THAT(describe(set.addresses()), ElementsAre("10.0.0.1-10.0.0.2", "fd09::1"));
}

TEST(PairSet, IsDescribedInTextsThatCanBeRead) {
  PairList list;
  for (std::uint16_t port = 1; port <= 100; ++port) list.add(pair("fd09::1", port));
  PairSet set;
  set.add(std::move(list));
  const std::vector<std::string> texts = describe(set);
  ASSERT_EQ(texts.size(), 4u);
  EXPECT_EQ(texts.back(), "[fd09::1]:97,[fd09::1]:98,[fd09::1]:99,[fd09::1]:100");
}

TEST(PairSet, HoldsEachPairOnceAndInOrder) {
  Random random(7);
  std::set<Target> oracle;
  PairSet set;
  for (int round = 0; round < 5; ++round) {
    PairList list;
    for (int i = 0; i < 2000; ++i) {
      const auto number = static_cast<std::uint32_t>(random.below(500));
      const net::Port port{net::Transport::kTcp, static_cast<std::uint16_t>(random.below(20))};
      const net::IpAddress v4 = net::Ipv4Address(number);
      const Target target{random.chance(0.5) ? v4 : net::Ipv6Address(number), port};
      list.add(target);
      oracle.insert(target);
    }
    set.add(std::move(list));
  }
  ASSERT_EQ(set.size(), oracle.size());
  std::uint64_t position = 0;
  for (const Target& target : oracle) {
    EXPECT_EQ(set.at(position), target);
    EXPECT_EQ(set.index_of(target), position++);
  }
  EXPECT_EQ(set.index_of(pair("10.0.0.1", 1)), std::nullopt);
}

}  // namespace
}  // namespace masscan::targets
