#include "targets/special_purpose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "targets/target_parser.h"

namespace masscan::targets {
namespace {

// What is left out of these ranges, as described, joined with blanks.
std::string parts(std::string_view text) {
  TargetList list;
  EXPECT_TRUE(parse_targets(text, "test", ListKind::kTargets, list)) << text;
  std::string joined;
  for (const std::string& range : describe(special_purpose_parts(list.ranges))) {
    joined += (joined.empty() ? "" : " ") + range;
  }
  return joined;
}

TEST(SpecialPurpose, IsLeftOutOfWhatReachesBeyondIt) {
  EXPECT_EQ(parts("172.0.0.0/8"), "172.16.0.0/12");
  EXPECT_EQ(parts("10.255.255.0-11.0.0.7"), "10.255.255.0/24");
  EXPECT_EQ(parts("2001:db8::-2001:db9::"), "2001:db8::/32");
  EXPECT_EQ(parts("2000::/3"), "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20");
  EXPECT_EQ(parts("0.0.0.0/0"),
            "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
            "192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 "
            "192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
            "224.0.0.0/3");
  EXPECT_EQ(parts("::/0"),
            "::/127 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/63 2001::/23 2001:db8::/32 "
            "2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8");
}

TEST(SpecialPurpose, IsMeantByATargetWithinABlock) {
  for (const char* text : {"10.0.0.0/8", "192.168.1.7", "127.0.0.1", "fe80::1", "224.0.0.0/3",
                           "::/127", "8.8.8.0/24", "2606:4700::/32"}) {
    EXPECT_EQ(parts(text), "") << text;
  }
}

TEST(SpecialPurpose, IsMeantEvenIfALargerTargetHoldsItToo) {
  EXPECT_EQ(parts("10.0.0.0/8 11.0.0.0/8"), "");
  EXPECT_EQ(parts("172.0.0.0/8,172.16.0.0/13"), "172.24.0.0/13");
  EXPECT_EQ(parts("192.168.0.0/15 192.168.0.0/16"), "");
}

TEST(SpecialPurpose, BlocksAreApartAndPrefixes) {
  Uint128 sum = 0;
  AddressSet all;
  for (const SpecialPurpose& block : special_purpose_blocks()) {
    const AddressSet addresses = parse_addresses(block.prefix, "test").value();
    EXPECT_EQ(describe(addresses).size(), 1u) << block.prefix;
    EXPECT_THAT(std::string(block.rfc), testing::MatchesRegex("RFC [0-9]+"));
    sum += addresses.count();
    all.add(addresses);
  }
  EXPECT_EQ(all.count(), sum);
}

TEST(SpecialPurpose, IsDescribedByItsFirstBlock) {
  const auto described = [](std::string_view text) {
    return describe_blocks(special_purpose_parts(parse_addresses(text, "test").value()));
  };
  EXPECT_EQ(described("172.0.0.0/8"), "172.16.0.0/12 (Private-Use, RFC 1918)");
  EXPECT_EQ(described("203.0.0.0-230.0.0.0"),
            "203.0.113.0/24 (Documentation (TEST-NET-3), RFC 5737) and 1 more block");
  EXPECT_EQ(described("0.0.0.0/0"), "0.0.0.0/8 (This network, RFC 791) and 17 more blocks");
}

}  // namespace
}  // namespace masscan::targets
