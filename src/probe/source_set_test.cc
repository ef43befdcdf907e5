#include "probe/source_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "probe/cookie.h"
#include "support/arbitrary.h"
#include "support/packet_builder.h"

namespace masscan::probe {
namespace {

constexpr SipKey kKey{.low = 1, .high = 2};

net::AddressRange range(const char* first, const char* last) {
  return {test::ip(first), test::ip(last)};
}

std::optional<Source> source_for(const SourceSet& sources, const net::IpAddress& target,
                                 std::uint16_t port, SipKey key = kKey) {
  const std::uint64_t cookie = Cookie(key)(target, {net::Transport::kTcp, port});
  return sources.choose(target.family(), cookie);
}

SourceSet eight_addresses_and_five_ports() {
  return {
      {range("10.0.0.1", "10.0.0.3"), range("10.0.1.0", "10.0.1.0"), range("fd00::5", "fd00::8")},
      {40000, 40004}};
}

TEST(SourceSet, OwnsItsAddressesAndPortsOnly) {
  const SourceSet sources = eight_addresses_and_five_ports();
  for (const char* ours : {"10.0.0.1", "10.0.0.3", "10.0.1.0", "fd00::5", "fd00::8"}) {
    EXPECT_TRUE(sources.owns(test::ip(ours))) << ours;
  }
  for (const char* other : {"10.0.0.0", "10.0.0.4", "10.0.1.1", "fd00::4", "fd00::9", "::a00:1"}) {
    EXPECT_FALSE(sources.owns(test::ip(other))) << other;
  }
  EXPECT_FALSE(sources.owns_port(39999));
  EXPECT_TRUE(sources.owns_port(40000));
  EXPECT_TRUE(sources.owns_port(40004));
  EXPECT_FALSE(sources.owns_port(40005));
}

RC_GTEST_PROP(SourceSet, ChoosesItsOwnAndTheSameEveryTime, ()) {
  const SourceSet sources = eight_addresses_and_five_ports();
  const net::IpAddress target =
      test::any<bool>() ? net::IpAddress(test::any_ipv4()) : net::IpAddress(test::any_ipv6());
  const auto port = test::any<std::uint16_t>();
  const auto source = source_for(sources, target, port);
  RC_ASSERT(source.has_value());
  RC_ASSERT(source->address.family() == target.family());
  RC_ASSERT(sources.owns(source->address));
  RC_ASSERT(sources.owns_port(source->port));
  RC_ASSERT(source_for(sources, target, port) == source);
}

TEST(SourceSet, SpreadsTargetsEvenlyOverAddressesTimesPorts) {
  const SourceSet sources = eight_addresses_and_five_ports();
  for (const char* target : {"192.0.2.0", "2001:db8::"}) {
    std::map<std::pair<net::IpAddress, std::uint16_t>, int> counts;
    for (std::uint16_t i = 0; i < 40000; ++i) {
      const auto source = source_for(sources, test::ip(target), i);
      ++counts[{source->address, source->port}];
    }
    EXPECT_EQ(counts.size(), 20u);
    // 2000 is the mean of each of the twenty, 44 the standard deviation.
    for (const auto& [source, count] : counts) EXPECT_NEAR(count, 2000, 5 * 44);
  }
}

TEST(SourceSet, HasNothingForAFamilyItHasNoAddressOf) {
  const SourceSet sources({range("10.0.0.1", "10.0.0.1")}, {40000, 40001});
  EXPECT_FALSE(sources.has(net::Family::kIpv6));
  EXPECT_FALSE(source_for(sources, test::ip("fd00::1"), 80));
}

TEST(SourceSet, OfOneAddressAndPortChoosesThem) {
  const SourceSet sources({range("10.0.0.1", "10.0.0.1")}, {40000, 40000});
  EXPECT_EQ(source_for(sources, test::ip("10.9.9.9"), 80), (Source{test::ip("10.0.0.1"), 40000}));
}

TEST(SourceSet, ChoosesDifferentlyWithAnotherKey) {
  const SourceSet sources({range("10.0.0.0", "10.0.255.255")}, {40000, 40015});
  const net::IpAddress target = test::ip("10.9.9.9");
  EXPECT_NE(source_for(sources, target, 80), source_for(sources, target, 80, {1, 3}));
}

// The source of a probe does not reveal its sequence number.
TEST(SourceSet, TellsNothingOfTheSequenceNumber) {
  const SourceSet sources({range("10.0.0.0", "10.0.0.255")}, {40000, 40255});
  const auto chosen = sources.choose(net::Family::kIpv4, 0x1234'5678'0000'0000);
  for (std::uint64_t low : {0x00000000, 0x00000001, 0x7fffffff, -1}) {
    EXPECT_EQ(sources.choose(net::Family::kIpv4, 0x1234'5678'0000'0000 | (low & 0xffffffff)),
              chosen);
  }
}

TEST(SourceSet, MayBeAWholeNetworkAndMore) {
  const SourceSet sources(
      {range("fd00::", "fd00::ffff:ffff:ffff:ffff"), range("fd01::", "fd01::1")}, {0, 65535});
  std::set<net::IpAddress> chosen;
  for (std::uint16_t i = 0; i < 1000; ++i) {
    const auto source = source_for(sources, test::ip("2001:db8::1"), i);
    EXPECT_TRUE(sources.owns(source->address));
    chosen.insert(source->address);
  }
  EXPECT_EQ(chosen.size(), 1000u);
  EXPECT_TRUE(sources.owns(test::ip("fd01::1")));
}

}  // namespace
}  // namespace masscan::probe
