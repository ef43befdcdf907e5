#include "net/ip_address.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "net/mac_address.h"
#include "net/port.h"
#include "net/prefix.h"

namespace masscan::net {
namespace {

TEST(Ipv4Address, ReadsFourOctetsAndNothingElse) {
  EXPECT_EQ(Ipv4Address::parse("10.0.0.1"), Ipv4Address(0x0a000001));
  EXPECT_EQ(Ipv4Address::parse("255.255.255.255"), Ipv4Address(0xffffffff));
  EXPECT_EQ(Ipv4Address::parse("010.0.0.1"), Ipv4Address(0x0a000001));
  for (const char* text : {"", "10.0.0", "10.0.0.", "10..0.1", "256.0.0.1", "0010.0.0.1",
                           "1.2.3.4.5", "1.2.3.4 ", "1.2.3.-4", "a.b.c.d"}) {
    EXPECT_FALSE(Ipv4Address::parse(text)) << text;
  }
}

TEST(Ipv6Address, PrintsAsMasscanDoes) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kRows = {{
      {"0:0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:0:0:0:0:0", "1::"},
      {"1:0:0:2:0:0:0:3", "1::2:0:0:0:3"},
      {"1:0:2:3:4:5:6:7", "1::2:3:4:5:6:7"},
      {"1:2:3:4:5:6:7:0", "1:2:3:4:5:6:7::"},
      {"0:0:1:0:0:0:0:0", "::1:0:0:0:0:0"},
      {"::ffff:1.2.3.4", "::ffff:102:304"},
      {"FD09::2", "fd09::2"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
  }};
  for (const auto& [text, printed] : kRows) {
    const auto address = Ipv6Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), printed);
  }
}

TEST(Ipv6Address, RefusesWhatIsNone) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view text :
       {"1:2:3:4:5:6:7"sv, "1::2::3"sv, "12345::1"sv, "1:2:3:4:5:6:7:8:9"sv, "fe80::1%eth0"sv,
        "[::1]"sv, ""sv, "::1\0x"sv}) {
    EXPECT_FALSE(Ipv6Address::parse(text)) << text;
  }
}

TEST(IpAddress, ReadsBackWhatItPrints) {
  Random random(1);
  for (int i = 0; i < 10000; ++i) {
    Uint128 number = make_uint128(random.next(), random.next());
    for (int group = 0; group < 8; ++group) {
      if (random.chance(0.5)) number &= ~(Uint128{0xffff} << 16 * group);
    }
    const IpAddress v6 = Ipv6Address(number);
    EXPECT_EQ(IpAddress::parse(to_string(v6)), v6);
    const IpAddress v4 = Ipv4Address(static_cast<std::uint32_t>(random.next()));
    EXPECT_EQ(IpAddress::parse(to_string(v4)), v4);
    EXPECT_LT(v4, v6);
  }
}

TEST(Ipv6Address, KnowsItsSolicitedNodeGroup) {
  EXPECT_EQ(to_string(Ipv6Address::parse("fd09::12:3456")->solicited_node()), "ff02::1:ff12:3456");
}

TEST(MacAddress, ReadsAnyPunctuation) {
  const auto expected = MacAddress::parse("02005e100001");
  ASSERT_TRUE(expected);
  EXPECT_EQ(MacAddress::parse("02:00:5e:10:00:01"), expected);
  EXPECT_EQ(MacAddress::parse("02-00-5E-10-00-01"), expected);
  EXPECT_EQ(to_string(*expected), "02:00:5e:10:00:01");
  for (const char* text : {"", "02:00:5e:10:00", "02:00:5e:10:00:01:", "02:00:5e:10:00:0g"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
}

TEST(Prefix, CoversItsBlock) {
  const Prefix v4{Ipv4Address(0x0a010203), 8};
  EXPECT_EQ(v4.range(), (AddressRange{Ipv4Address(0x0a000000), Ipv4Address(0x0affffff)}));
  EXPECT_EQ((Prefix{Ipv4Address(5), 0}.range().last), IpAddress(Ipv4Address(0xffffffff)));
  EXPECT_EQ((Prefix{Ipv4Address(5), 32}.range().first), IpAddress(Ipv4Address(5)));
  const Prefix v6{*Ipv6Address::parse("fd00::1"), 64};
  EXPECT_TRUE(v6.contains(*Ipv6Address::parse("fd00::ffff:1")));
  EXPECT_FALSE(v6.contains(*Ipv6Address::parse("fd00:0:0:1::")));
  EXPECT_EQ(to_string(v6), "fd00::1/64");
}

TEST(Port, PrintsItsTransport) {
  EXPECT_EQ(to_string(Port{Transport::kUdp, 53}), "53/udp");
  EXPECT_EQ(to_string(PortRange{1, 1}), "1");
  EXPECT_EQ((PortRange{0, 65535}.count()), 65536u);
}

}  // namespace
}  // namespace masscan::net
