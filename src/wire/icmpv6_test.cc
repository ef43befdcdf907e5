#include "wire/icmpv6.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/golden.h"
#include "support/packet_builder.h"
#include "wire/packet.h"

namespace masscan::wire {
namespace {

net::Ipv6Address any_unicast() {
  return net::Ipv6Address(
      make_uint128(test::any<std::uint64_t>() >> 1, test::any<std::uint64_t>()));
}

std::optional<net::MacAddress> perhaps_a_mac() {
  return test::any<bool>() ? std::optional(test::any_mac()) : std::nullopt;
}

template <typename Message>
test::Buffer emitted(const Message& message) {
  test::Buffer bytes(message.length());
  message.emit(bytes, test::ip("fe80::1").v6(), test::ip("fe80::2").v6());
  return bytes;
}

RC_GTEST_PROP(NeighborSolicitation, ParsesWhatItEmits, ()) {
  const NeighborSolicitation message{.target = any_unicast(), .source_mac = perhaps_a_mac()};
  RC_ASSERT(NeighborSolicitation::parse(emitted(message)) == message);
}

RC_GTEST_PROP(NeighborAdvertisement, ParsesWhatItEmits, ()) {
  const NeighborAdvertisement message{.target = any_unicast(),
                                      .from_router = test::any<bool>(),
                                      .solicited = test::any<bool>(),
                                      .overriding = test::any<bool>(),
                                      .target_mac = perhaps_a_mac()};
  RC_ASSERT(NeighborAdvertisement::parse(emitted(message)) == message);
}

TEST(NeighborSolicitation, RefusesWhatTheRfcCallsInvalid) {
  const NeighborSolicitation message{.target = test::ip("fd00::2").v6(),
                                     .source_mac = test::mac("020000000001")};
  const auto good = emitted(message);
  struct Row {
    const char* name;
    std::size_t offset;
    std::uint8_t value;
  };
  constexpr Row kRows[] = {{"another type", 0, 136},
                           {"a code", 1, 1},
                           {"a multicast target", 8, 0xff},
                           {"an option of length zero", 25, 0},
                           {"an option behind the end", 25, 2}};
  for (const Row& row : kRows) {
    auto changed = good;
    store_be(changed, row.offset, row.value);
    EXPECT_FALSE(NeighborSolicitation::parse(changed)) << row.name;
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    const bool has_target_and_no_option = length == 24;
    EXPECT_EQ(NeighborSolicitation::parse(Bytes(good).first(length)).has_value(),
              has_target_and_no_option);
  }
}

TEST(NeighborSolicitation, StepsOverOtherOptions) {
  auto bytes = emitted(NeighborSolicitation{.target = test::ip("fd00::2").v6(),
                                            .source_mac = test::mac("020000000001")});
  const test::Buffer nonce = {std::byte{14}, std::byte{1}, {}, {}, {}, {}, {}, {}};
  bytes.insert(bytes.begin() + 24, nonce.begin(), nonce.end());
  const auto message = NeighborSolicitation::parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->source_mac, test::mac("020000000001"));
}

// The reference scanner is asked for its own address and answers: frames two and three.
TEST(NeighborAdvertisement, ReadsAndWritesTheGoldenMessages) {
  const auto frames = test::golden_pcap("syn6.head.pcap");
  ASSERT_GE(frames.size(), 3u);
  const auto question = Packet::parse(frames[1], Link::kEthernet);
  const auto answer = Packet::parse(frames[2], Link::kEthernet);
  ASSERT_TRUE(question);
  ASSERT_TRUE(answer);
  EXPECT_EQ(question->ttl, 255);

  const auto solicitation = NeighborSolicitation::parse(question->transport);
  const NeighborAdvertisement expected{.target = test::ip("fd00:60::122").v6(),
                                       .solicited = true,
                                       .overriding = true,
                                       .target_mac = test::mac("02005e100001")};
  ASSERT_TRUE(solicitation);
  EXPECT_EQ(solicitation->target, expected.target);
  EXPECT_EQ(solicitation->source_mac, test::mac("02005e100002"));
  EXPECT_EQ(question->destination, expected.target.solicited_node());
  EXPECT_EQ(NeighborAdvertisement::parse(answer->transport), expected);

  test::Buffer ours(expected.length());
  expected.emit(ours, answer->source.v6(), answer->destination.v6());
  EXPECT_EQ(ours, test::copy(answer->transport));
}

}  // namespace
}  // namespace masscan::wire
