#include "wire/ipv4.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/packet_builder.h"
#include "wire/checksum.h"

namespace masscan::wire {
namespace {

Ipv4Header any_header() {
  return {.tos = test::any<std::uint8_t>(),
          .payload_length = *rc::gen::inRange<std::uint16_t>(0, 1480),
          .identification = test::any<std::uint16_t>(),
          .dont_fragment = test::any<bool>(),
          .ttl = test::any<std::uint8_t>(),
          .protocol = Protocol{test::any<std::uint8_t>()},
          .source = test::any_ipv4(),
          .destination = test::any_ipv4()};
}

RC_GTEST_PROP(Ipv4, ParsesWhatItEmits, ()) {
  const Ipv4Header header = any_header();
  const auto packet = test::emitted(header, Ipv4Header::kLength + header.payload_length);
  const auto view = Ipv4View::parse(packet);
  RC_ASSERT(view.has_value());
  RC_ASSERT(view->header() == header);
  RC_ASSERT(!view->is_fragment());
  RC_ASSERT(view->payload().size() == header.payload_length);
  RC_ASSERT(Checksum().add(Bytes(packet).first(Ipv4Header::kLength)).finish() == 0);
}

// A packet with four bytes of options and two of payload.
test::Buffer with_options() {
  auto packet = test::emitted(Ipv4Header{.payload_length = 6}, 26);
  store_be(packet, 0, std::uint8_t{0x46});
  return packet;
}

TEST(Ipv4, StepsOverOptions) {
  const auto packet = with_options();
  const auto view = Ipv4View::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header_length(), 24u);
  EXPECT_EQ(view->payload().size(), 2u);
}

TEST(Ipv4, LeavesOutPadding) {
  const auto packet = test::emitted(Ipv4Header{.payload_length = 6}, 46);
  EXPECT_EQ(Ipv4View::parse(packet)->payload().size(), 6u);
}

TEST(Ipv4, RefusesLengthsThatContradictEachOther) {
  struct Row {
    const char* name;
    std::size_t offset;
    std::uint16_t value;
  };
  constexpr Row kRows[] = {
      {"another version", 0, 0x6500},         {"a header of 16 bytes", 0, 0x4400},
      {"a header behind the end", 0, 0x4f00}, {"a total below the header", 2, 23},
      {"a total behind the end", 2, 27},
  };
  for (const Row& row : kRows) {
    auto packet = with_options();
    store_be(packet, row.offset, row.value);
    EXPECT_FALSE(Ipv4View::parse(packet)) << row.name;
  }
}

TEST(Ipv4, KnowsFragments) {
  struct Row {
    std::uint16_t field;
    bool is_fragment;
  };
  constexpr Row kRows[] = {{0x0000, false}, {0x4000, false}, {0x8000, false}, {0x2000, true}};
  auto packet = with_options();
  for (const Row& row : kRows) {
    store_be(packet, 6, row.field);
    EXPECT_EQ(Ipv4View::parse(packet)->is_fragment(), row.is_fragment) << row.field;
  }
  for (const std::uint16_t later : {0x0001, 0x3000}) {
    store_be(packet, 6, later);
    EXPECT_FALSE(Ipv4View::parse(packet)) << later;
  }
}

TEST(Ipv4, MayBeQuotedInPart) {
  const auto packet = test::emitted(Ipv4Header{.payload_length = 24}, 28);
  EXPECT_FALSE(Ipv4View::parse(packet));
  const auto view = Ipv4View::parse_quoted(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->payload().size(), 8u);
}

}  // namespace
}  // namespace masscan::wire
