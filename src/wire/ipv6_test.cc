#include "wire/ipv6.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/packet_builder.h"

namespace masscan::wire {
namespace {

RC_GTEST_PROP(Ipv6, ParsesWhatItEmits, ()) {
  const Ipv6Header header{.traffic_class = test::any<std::uint8_t>(),
                          .flow_label = test::any<std::uint32_t>() & 0xfffff,
                          .payload_length = *rc::gen::inRange<std::uint16_t>(0, 1440),
                          .next_header = Protocol::kUdp,
                          .hop_limit = test::any<std::uint8_t>(),
                          .source = test::any_ipv6(),
                          .destination = test::any_ipv6()};
  const auto packet = test::emitted(header, Ipv6Header::kLength + header.payload_length);
  const auto view = Ipv6View::parse(packet);
  RC_ASSERT(view.has_value());
  RC_ASSERT(view->header() == header);
  RC_ASSERT(view->protocol() == Protocol::kUdp);
  RC_ASSERT(view->payload().size() == header.payload_length);
}

test::PacketBuilder between_two_hosts() {
  return test::packet().ip(test::ip("fd00::1"), test::ip("fd00::2"));
}

// Makes an extension header without its first byte.
test::Buffer extension(std::uint8_t length_field, std::size_t length) {
  test::Buffer bytes(length - 1);
  bytes[0] = std::byte{length_field};
  return bytes;
}

TEST(Ipv6, StepsOverEveryExtensionHeader) {
  const auto packet = between_two_hosts()
                          .extension(Protocol::kHopByHop, extension(0, 8))
                          .extension(Protocol::kRouting, extension(2, 24))
                          .extension(Protocol::kDestinationOptions, extension(1, 16))
                          .extension(Protocol::kMobility, extension(0, 8))
                          .extension(Protocol::kAuthentication, extension(4, 24))
                          .tcp({})
                          .bytes();
  const auto view = Ipv6View::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->protocol(), Protocol::kTcp);
  EXPECT_EQ(view->payload().size(), TcpHeader::kMinLength);
}

// One alone, of which nothing follows, is a whole packet (RFC 6946). The length is reserved.
TEST(Ipv6, KnowsFragments) {
  const auto fragment = [](std::uint16_t offset_and_flag) {
    auto header = extension(0xff, 8);
    store_be(header, 1, offset_and_flag);
    return Ipv6View::parse(
        between_two_hosts().extension(Protocol::kFragment, header).tcp({}).bytes());
  };
  for (const std::uint16_t first : {0, 1}) {
    ASSERT_TRUE(fragment(first)) << first;
    EXPECT_EQ(fragment(first)->is_fragment(), first == 1);
    EXPECT_EQ(fragment(first)->payload().size(), TcpHeader::kMinLength);
  }
  for (const std::uint16_t later : {8, 9, 0xfff8}) EXPECT_FALSE(fragment(later)) << later;
}

TEST(Ipv6, RefusesAnExtensionHeaderThatDoesNotEnd) {
  const auto packet =
      between_two_hosts().extension(Protocol::kRouting, extension(3, 8)).tcp({}).bytes();
  EXPECT_FALSE(Ipv6View::parse(packet));
}

TEST(Ipv6, RefusesMoreExtensionHeadersThanTheLimit) {
  auto builder = between_two_hosts();
  for (int i = 0; i < Ipv6View::kMaxExtensionHeaders; ++i) {
    builder.extension(Protocol::kDestinationOptions, extension(0, 8));
  }
  EXPECT_TRUE(Ipv6View::parse(builder.tcp({}).bytes()));
  builder.extension(Protocol::kDestinationOptions, extension(0, 8));
  EXPECT_FALSE(Ipv6View::parse(builder.tcp({}).bytes()));
}

TEST(Ipv6, RefusesAnotherVersionAndAPayloadBehindTheEnd) {
  auto packet = between_two_hosts().tcp({}).bytes();
  EXPECT_FALSE(Ipv6View::parse(Bytes(packet).first(packet.size() - 1)));
  packet[0] = std::byte{0x45};
  EXPECT_FALSE(Ipv6View::parse(packet));
}

TEST(Ipv6, MayBeQuotedInPart) {
  const auto packet = between_two_hosts().tcp({}).bytes();
  const auto view = Ipv6View::parse_quoted(Bytes(packet).first(48));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->payload().size(), 8u);
}

}  // namespace
}  // namespace masscan::wire
