#include "wire/arp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/golden.h"
#include "support/packet_builder.h"
#include "wire/ethernet.h"

namespace masscan::wire {
namespace {

RC_GTEST_PROP(Arp, ParsesWhatItEmits, ()) {
  const ArpMessage message{.operation = test::any<bool>() ? ArpMessage::Operation::kRequest
                                                          : ArpMessage::Operation::kReply,
                           .sender_mac = test::any_mac(),
                           .sender = test::any_ipv4(),
                           .target_mac = test::any_mac(),
                           .target = test::any_ipv4()};
  const auto bytes = test::emitted(message, ArpMessage::kLength);
  RC_ASSERT(ArpMessage::parse(bytes) == message);
}

TEST(Arp, ReadsAndWritesTheGoldenMessages) {
  for (const auto& frame : test::golden_pcap("arp.head.pcap")) {
    const auto ethernet = EthernetView::parse(frame);
    ASSERT_TRUE(ethernet);
    const auto message = ArpMessage::parse(ethernet->payload());
    ASSERT_TRUE(message);
    const Bytes original = ethernet->payload().first(ArpMessage::kLength);
    EXPECT_EQ(test::emitted(*message, ArpMessage::kLength), test::copy(original));
  }
}

TEST(Arp, IsOnlyAboutIpv4OverEthernet) {
  const auto good = test::emitted(ArpMessage{}, ArpMessage::kLength);
  ASSERT_TRUE(ArpMessage::parse(good));
  for (std::size_t i = 0; i < 8; ++i) {
    auto changed = good;
    changed[i] ^= std::byte{0x40};
    EXPECT_FALSE(ArpMessage::parse(changed)) << "byte " << i;
  }
  EXPECT_FALSE(ArpMessage::parse(Bytes(good).first(ArpMessage::kLength - 1)));
}

}  // namespace
}  // namespace masscan::wire
