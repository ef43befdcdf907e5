#include "targets/exclusion.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "targets/target_parser.h"

namespace masscan::targets {
namespace {

AddressSet excludable(std::string_view text) { return parse_addresses(text, "test").value(); }

struct ExclusionCase {
  std::string_view address;
  bool is_excluded;
};

constexpr std::string_view kExcludedHere = "10.1.0.0/16,192.0.2.7,fd09::5";
constexpr ExclusionCase kExclusionCases[] = {
    {"10.1.2.3", true},
    {"10.2.0.0", false},
    {"fd09::5", true},
    {"fd09::6", false},
    {"::ffff:10.1.2.3", true},
    {"::ffff:10.2.0.0", false},
    {"64:ff9b::c000:207", true},
    {"64:ff9b::c000:208", false},
    {"2002:a01:203::1", true},
    {"2002:c000:207:ffff:ffff:ffff:ffff:ffff", true},
    {"2002:c000:208::", false},
    {"::a01:203", false},        // the deprecated form, which is not routed
    {"::fffe:10.1.2.3", false},  // next to a prefix
    {"64:ff9b::1:a01:203", false},
    {"64:ff9b:1::a01:203", false},
    {"2001:a01:203::", false},
};

TEST(Exclusion, HoldsForTheIpv6FormsOfAnIpv4Address) {
  const AddressSet excludes = excludable(kExcludedHere);
  for (const auto& [text, expected] : kExclusionCases) {
    const net::IpAddress address = net::IpAddress::parse(text).value();
    EXPECT_EQ(is_excluded(address, excludes), expected) << text;

    AddressSet targets;
    targets.add({address, address});
    exclude(excludes, targets);
    EXPECT_EQ(targets.empty(), expected) << text;

    PairList list;
    list.add({address, {net::Transport::kTcp, 80}});
    PairSet pairs;
    pairs.add(std::move(list));
    exclude(excludes, pairs);
    EXPECT_EQ(pairs.empty(), expected) << text;
  }
}

// Returns the IPv6 address of each form that embeds an IPv4 address; the bits after it are
// arbitrary.
std::vector<net::IpAddress> forms_of(net::Ipv4Address address) {
  const Uint128 number = address.number();
  const Uint128 behind = test::any_ipv6().number() & ((Uint128{1} << 80) - 1);
  return {net::Ipv6Address(Uint128{0xffff} << 32 | number),
          net::Ipv6Address(Uint128{0x0064'ff9b} << 96 | number),
          net::Ipv6Address(Uint128{0x2002} << 112 | number << 80 | behind)};
}

net::AddressRange any_range_near(net::Ipv4Address address) {
  const auto near = [&] {
    return net::Ipv4Address(address.number() + *rc::gen::inRange<std::uint32_t>(0, 9) - 4);
  };
  const net::Ipv4Address a = near();
  const net::Ipv4Address b = near();
  return {std::min(a, b), std::max(a, b)};
}

RC_GTEST_PROP(Exclusion, OfAnIpv4AddressIsThatOfAllItsForms, ()) {
  const net::Ipv4Address address = test::any_ipv4();
  AddressSet excludes;
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) excludes.add(any_range_near(address));
  const bool expected = excludes.contains(net::IpAddress(address));
  AddressSet targets;
  PairList list;
  for (const net::IpAddress& form : forms_of(address)) {
    RC_ASSERT(is_excluded(form, excludes) == expected);
    targets.add({form, form});
    list.add({form, {net::Transport::kTcp, 80}});
  }
  const AddressSet before = targets;
  exclude(excludes, targets);
  RC_ASSERT(targets == (expected ? AddressSet() : before));
  PairSet pairs;
  pairs.add(std::move(list));
  exclude(excludes, pairs);
  RC_ASSERT(pairs.size() == (expected ? 0u : 3u));
}

TEST(Exclusion, LeavesTheRestOfAPrefix) {
  AddressSet targets = excludable("::ffff:0:0/96,10.0.0.0/8");
  exclude(excludable("10.0.0.0/8"), targets);
  EXPECT_EQ(targets, excludable("::ffff:0:0-::ffff:9ff:ffff,::ffff:b00:0-::ffff:ffff:ffff"));
  exclude(excludable("0.0.0.0/0"), targets);
  EXPECT_TRUE(targets.empty());
}

}  // namespace
}  // namespace masscan::targets
