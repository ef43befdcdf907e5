#include "targets/address_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "targets/target_parser.h"

namespace masscan::targets {
namespace {

using testing::ElementsAre;

AddressSet set_of(std::string_view text) {
  const Result<AddressSet> parsed = parse_addresses(text, "test");
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? *parsed : AddressSet();
}

TEST(AddressSet, HoldsBothFamilies) {
  AddressSet set = set_of("10.0.0.0/24,fd09::/120");
  set.add({net::Ipv4Address(0x0a000100), net::Ipv4Address(0x0a0001ff)});
  set.add({net::Ipv6Address(1), net::Ipv6Address(1)});
  EXPECT_TRUE(set.contains(*net::IpAddress::parse("10.0.1.255")));
  EXPECT_FALSE(set.contains(*net::IpAddress::parse("10.0.2.0")));
  EXPECT_TRUE(set.contains(*net::IpAddress::parse("fd09::ff")));
  EXPECT_FALSE(set.contains(*net::IpAddress::parse("::a00:1")));  // 10.0.0.1 as a number
  EXPECT_EQ(set.count(), 512u + 256u + 1u);
}

TEST(AddressSet, SubtractsEachFamilyFromItsOwn) {
  AddressSet set = set_of("10.0.0.0/24 fd09::/120");
  set.subtract(set_of("10.0.0.128/25 fd09::-fd09::7f"));
  EXPECT_EQ(set, set_of("10.0.0.0/25 fd09::80/121"));
  set.subtract(set_of("0.0.0.0/0 ::/0"));
  EXPECT_TRUE(set.empty());
}

TEST(AddressSet, CountsNoLessThanThereIs) {
  EXPECT_EQ(set_of("0.0.0.0/0").count(), Uint128{1} << 32);
  EXPECT_EQ(set_of("::/1").count(), Uint128{1} << 127);
  EXPECT_EQ(set_of("::/0 0.0.0.0/0").count(), ~Uint128{0});
}

TEST(AddressSet, DescribesRangesAsMasscanEchoesThem) {
  EXPECT_THAT(describe(set_of("192.168.1.0-192.168.2.255 10.0.0.1-10.0.0.20 198.51.100.7")),
              ElementsAre("10.0.0.1-10.0.0.20", "192.168.1.0-192.168.2.255", "198.51.100.7"));
  EXPECT_THAT(
      describe(set_of("fe80::1 2001:db8::/120 2001:db8:1::5-2001:db8:1::9 10.0.0.0/30")),
      ElementsAre("10.0.0.0/30", "2001:db8::/120", "2001:db8:1::5-2001:db8:1::9", "fe80::1"));
  EXPECT_THAT(describe(set_of("0.0.0.0-255.255.255.255 ::/0")), ElementsAre("0.0.0.0/0", "::/0"));
  EXPECT_THAT(describe(set_of("10.0.0.1-10.0.0.2")), ElementsAre("10.0.0.1-10.0.0.2"));
}

}  // namespace
}  // namespace masscan::targets
