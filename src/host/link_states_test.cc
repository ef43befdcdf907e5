#include "host/link_states.h"

#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/link_watch.h"
#include "host/netlink.h"

namespace masscan::host {
namespace {

constexpr int kIndex = 7;
constexpr unsigned kUp = IFF_UP | IFF_LOWER_UP;
const net::MacAddress kMac({std::byte{2}, {}, {}, {}, {}, std::byte{1}});
const net::MacAddress kOtherMac({std::byte{2}, {}, {}, {}, {}, std::byte{2}});
const net::IpAddress kAddress = net::Ipv4Address(0x0a000001);

using Message = std::vector<std::byte>;

Message bytes_of(const NetlinkRequest& request) {
  const auto* begin = reinterpret_cast<const std::byte*>(request.header());
  return {begin, begin + request.header()->nlmsg_len};
}

Message link_message(std::uint16_t type, unsigned flags, const net::MacAddress& mac = kMac,
                     int index = kIndex, unsigned char family = AF_UNSPEC) {
  NetlinkRequest request(type, 0);
  auto& body = request.body<ifinfomsg>();
  body.ifi_family = family;
  body.ifi_index = index;
  body.ifi_flags = flags;
  Message message = bytes_of(request);
  const auto at = message.size();
  message.resize(at + 12);
  const nlattr attribute{.nla_len = 10, .nla_type = IFLA_ADDRESS};
  std::memcpy(&message[at], &attribute, sizeof attribute);
  std::ranges::copy(mac.octets(), message.begin() + static_cast<std::ptrdiff_t>(at + 4));
  reinterpret_cast<nlmsghdr*>(message.data())->nlmsg_len = static_cast<std::uint32_t>(at + 10);
  return message;
}

Message address_message(std::uint16_t type, const net::IpAddress& address = kAddress,
                        unsigned char flags = 0) {
  NetlinkRequest request(type, 0);
  auto& body = request.body<ifaddrmsg>();
  body.ifa_family = AF_INET;
  body.ifa_index = kIndex;
  body.ifa_flags = flags;
  request.add(IFA_LOCAL, address);
  return bytes_of(request);
}

LinkStates make_states() {
  LinkStates states({{.index = kIndex, .name = "x", .mac = kMac, .addresses = {kAddress}}});
  states.begin_dump();
  states.take(link_message(RTM_NEWLINK, kUp));
  states.take(address_message(RTM_NEWADDR));
  states.end_dump();
  return states;
}

TEST(LinkStates, FindNothingWrongWithWhatTheyBeganWith) {
  const LinkStates states = make_states();
  EXPECT_EQ(states.trouble(0), LinkTrouble::kNone);
  EXPECT_EQ(states.outages(), 0u);
}

TEST(LinkStates, NoticeEveryTroubleAndItsEnd) {
  struct Case {
    Message begin, end;
    LinkTrouble trouble;
  };
  const std::vector<Case> cases = {
      {link_message(RTM_NEWLINK, 0), link_message(RTM_NEWLINK, kUp), LinkTrouble::kDown},
      {link_message(RTM_NEWLINK, IFF_UP), link_message(RTM_NEWLINK, kUp), LinkTrouble::kNoCarrier},
      {link_message(RTM_NEWLINK, kUp, kOtherMac), link_message(RTM_NEWLINK, kUp),
       LinkTrouble::kOtherMac},
      {address_message(RTM_DELADDR), address_message(RTM_NEWADDR), LinkTrouble::kNoAddress},
      {address_message(RTM_NEWADDR, kAddress, IFA_F_TENTATIVE), address_message(RTM_NEWADDR),
       LinkTrouble::kNoAddress},
      {link_message(RTM_DELLINK, kUp), link_message(RTM_NEWLINK, kUp), LinkTrouble::kGone},
  };
  for (const Case& row : cases) {
    LinkStates states = make_states();
    states.take(row.begin);
    EXPECT_EQ(states.trouble(0), row.trouble);
    EXPECT_EQ(states.outages(), 1u);
    states.take(row.begin);
    EXPECT_EQ(states.outages(), 1u) << "the same one";
    states.take(row.end);
    EXPECT_EQ(states.trouble(0), LinkTrouble::kNone);
    EXPECT_EQ(states.outages(), 1u);
  }
}

TEST(LinkStates, CountAnOutageThatIsOverInTheSameBatch) {
  LinkStates states = make_states();
  Message both = link_message(RTM_NEWLINK, 0);
  both.resize(NLMSG_ALIGN(both.size()));
  const Message up = link_message(RTM_NEWLINK, kUp);
  both.insert(both.end(), up.begin(), up.end());
  states.take(both);
  EXPECT_EQ(states.trouble(0), LinkTrouble::kNone);
  EXPECT_EQ(states.outages(), 1u);
}

TEST(LinkStates, IgnoreOthersAndBridgesAndDamage) {
  LinkStates states = make_states();
  states.take(link_message(RTM_DELLINK, 0, kMac, kIndex + 1));
  states.take(link_message(RTM_DELLINK, 0, kMac, kIndex, AF_BRIDGE));
  states.take(address_message(RTM_DELADDR, net::Ipv4Address(0x0a000002)));
  Message cut = link_message(RTM_NEWLINK, 0);
  for (std::size_t length = 0; length < sizeof(nlmsghdr) + sizeof(ifinfomsg); ++length) {
    cut.resize(std::max(length, sizeof(nlmsghdr)));
    reinterpret_cast<nlmsghdr*>(cut.data())->nlmsg_len = static_cast<std::uint32_t>(length);
    states.take(Bytes(cut).first(std::min(length, cut.size())));
  }
  EXPECT_EQ(states.trouble(0), LinkTrouble::kNone);
  EXPECT_EQ(states.outages(), 0u);
}

TEST(LinkStates, DoNotExpectACarrierThatNeverWas) {
  LinkStates states({{.index = kIndex, .name = "x"}});
  states.begin_dump();
  states.take(link_message(RTM_NEWLINK, IFF_UP));
  states.end_dump();
  EXPECT_EQ(states.trouble(0), LinkTrouble::kNone);
  states.take(link_message(RTM_NEWLINK, kUp));
  states.take(link_message(RTM_NEWLINK, IFF_UP));
  EXPECT_EQ(states.trouble(0), LinkTrouble::kNoCarrier);
}

TEST(LinkStates, MissWhatADumpDoesNotTell) {
  LinkStates states = make_states();
  states.begin_dump();
  states.take(link_message(RTM_NEWLINK, kUp));
  states.end_dump();
  EXPECT_EQ(states.trouble(0), LinkTrouble::kNoAddress);
  EXPECT_EQ(states.outages(), 1u);
}

TEST(LinkWatch, FindsTheLoopbackAndNotWhatIsNotThere) {
  constexpr int kLoopback = 1;
  constexpr int kNone = 0x7fffffff;
  auto watch = LinkWatch::open({{.index = kLoopback, .name = "lo"}, {.index = kNone, .name = "x"}});
  ASSERT_TRUE(watch) << watch.error().message;
  EXPECT_NE(watch->states().trouble(0), LinkTrouble::kGone);
  EXPECT_EQ(watch->states().trouble(1), LinkTrouble::kGone);
  EXPECT_TRUE(watch->update());
}

}  // namespace
}  // namespace masscan::host
