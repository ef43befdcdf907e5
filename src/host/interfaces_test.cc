#include "host/interfaces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/test_network.h"

namespace masscan::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Interfaces : public TestNetwork {
 protected:
  static Interface get(std::string_view name) {
    const auto all = interfaces();
    const auto one = find_interface(all.value(), name);
    EXPECT_TRUE(one.has_value()) << name;
    return one.has_value() ? *one : Interface{};
  }
  static std::vector<std::string> texts(const Interface& interface) {
    std::vector<std::string> result;
    for (const net::Prefix& prefix : interface.addresses) result.push_back(to_string(prefix));
    return result;
  }
};

TEST_F(Interfaces, ShowTypeStateMacAndMtu) {
  add_veth("a", "10.0.0.5/24", "fd00::5/64");
  run("ip link set dev a address 02:00:00:00:00:0a mtu 1400");
  const Interface a = get("a");
  EXPECT_EQ(a.type, LinkType::kEthernet);
  EXPECT_EQ(to_string(a.mac), "02:00:00:00:00:0a");
  EXPECT_EQ(a.mtu, 1400u);
  EXPECT_TRUE(a.is_up);
  EXPECT_TRUE(a.has_carrier);
  run("ip link set dev ap down");
  EXPECT_TRUE(get("a").is_up);
  EXPECT_FALSE(get("a").has_carrier);
  EXPECT_FALSE(get("ap").is_up);
  EXPECT_EQ(get("lo").type, LinkType::kLoopback);
}

TEST_F(Interfaces, KnowLinksWithoutAHeader) {
  if (std::system("ip tuntap add mode tun name t0 2>/dev/null") != 0) {
    GTEST_SKIP() << "NOT TESTED: this kernel has no tun device";
  }
  EXPECT_EQ(get("t0").type, LinkType::kRawIp);
  EXPECT_TRUE(get("t0").mac.is_zero());
}

TEST_F(Interfaces, ListUsableAddressesAndDeprecatedOnesLast) {
  run("ip link add dev a type veth peer name ap; ip link set dev a addrgenmode none");
  run("ip addr add 10.0.0.5/24 dev a; ip addr add 10.0.0.6/24 dev a");
  run("ip addr add fd00::5/64 dev a nodad preferred_lft 0; ip addr add fd00::6/64 dev a nodad");
  run("ip addr add fd00::7/64 dev a");  // tentative while the link is down
  EXPECT_THAT(texts(get("a")),
              ElementsAre("10.0.0.5/24", "10.0.0.6/24", "fd00::6/64", "fd00::5/64"));
  EXPECT_TRUE(get("a").owns(ip("fd00::6")));
  EXPECT_FALSE(get("a").owns(ip("fd00::7")));
}

TEST_F(Interfaces, TakeTheirOwnEndOfAPointToPointAddress) {
  run("ip link add dev a type veth peer name ap");
  run("ip addr add 10.1.0.1 peer 10.1.0.2/32 dev a");
  run("ip addr add fd01::1 peer fd01::2/128 dev a nodad");
  EXPECT_THAT(texts(get("a")), ElementsAre("10.1.0.1/32", "fd01::1/128"));
}

const Interface kLo = {
    .index = 1, .name = "lo", .type = LinkType::kLoopback, .mtu = 65536, .is_up = true};
const Interface kEth = {.index = 7,
                        .name = "eth0",
                        .type = LinkType::kEthernet,
                        .mac = net::MacAddress::parse("02:00:00:00:00:01").value(),
                        .mtu = 1500,
                        .is_up = true,
                        .has_carrier = true,
                        .addresses = {{net::Ipv4Address(0x0a000005), 24}}};

TEST(InterfaceList, NumbersAndAlignsALineEach) {
  EXPECT_EQ(format_interface_list(std::vector{kLo, kEth}),
            " 0  lo   \t(loopback)    no carrier  mtu 65536  00:00:00:00:00:00  \n"
            " 1  eth0 \t(ethernet)    up          mtu 1500   02:00:00:00:00:01  10.0.0.5/24\n");
}

TEST(InterfaceList, FindsByNameAndByNumber) {
  const std::vector list = {kLo, kEth};
  EXPECT_EQ(find_interface(list, "eth0")->index, 7);
  EXPECT_EQ(find_interface(list, "1")->index, 7);
  for (const char* wrong : {"2", "eth", "", "-1"}) {
    const Result<Interface> result = find_interface(list, wrong);
    ASSERT_FALSE(result.has_value()) << wrong;
    EXPECT_EQ(result.error().fault, Fault::kUsage);
    EXPECT_THAT(result.error().message, HasSubstr("there are: lo, eth0"));
  }
}

}  // namespace
}  // namespace masscan::host
