#include "wire/tcp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/packet_builder.h"
#include "wire/checksum.h"

namespace masscan::wire {
namespace {

test::Buffer hex(std::initializer_list<int> octets) {
  test::Buffer bytes;
  for (const int octet : octets) bytes.push_back(std::byte(octet));
  return bytes;
}

RC_GTEST_PROP(Tcp, ParsesWhatItEmits, ()) {
  const TcpHeader header = test::any_tcp_header();
  const auto payload = test::any_bytes(50);
  test::Buffer segment(header.length());
  segment.insert(segment.end(), payload.begin(), payload.end());
  const net::IpAddress source = test::any_ipv4();
  const net::IpAddress destination = test::any_ipv4();
  header.emit(segment, source, destination);

  const auto view = TcpView::parse(segment);
  RC_ASSERT(view.has_value());
  RC_ASSERT(view->header() == header);
  RC_ASSERT(test::copy(view->payload()) == payload);
  const auto rest = Checksum()
                        .add_pseudo_header(source, destination, Protocol::kTcp, segment.size())
                        .add(segment)
                        .finish();
  RC_ASSERT(rest == 0);
}

TEST(Tcp, RefusesADataOffsetOutsideTheSegment) {
  auto segment = test::Buffer(24);
  for (const int words : {0, 4, 7, 15}) {
    segment[12] = std::byte(words << 4);
    EXPECT_FALSE(TcpView::parse(segment)) << words;
  }
  segment[12] = std::byte{6 << 4};
  EXPECT_TRUE(TcpView::parse(segment));
  EXPECT_FALSE(TcpView::parse(Bytes(segment).first(19)));
}

TEST(TcpOptions, AreInMasscansOrderFilledWithZeros) {
  const TcpOptions options{.mss = 1460,
                           .sack_permitted = true,
                           .window_scale = 3,
                           .timestamp = TcpTimestamp{0x12345678, 0}};
  ASSERT_EQ(options.length(), 20u);
  EXPECT_EQ(test::emitted(options, 20),
            hex({2, 4, 0x05, 0xb4, 4, 2, 3, 3, 3, 8, 10, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 0, 0}));
}

TEST(TcpOptions, AreReadAsKernelsWriteThem) {
  const TcpOptions expected{.mss = 1460, .sack_permitted = true, .window_scale = 10};
  EXPECT_EQ(TcpOptions::parse(hex({2, 4, 0x05, 0xb4, 1, 1, 4, 2, 1, 3, 3, 10})), expected);
}

TEST(TcpOptions, EndWhereTheyAreMalformed) {
  const TcpOptions mss{.mss = 1460};
  struct Row {
    const char* name;
    test::Buffer list;
    TcpOptions expected;
  };
  const Row rows[] = {
      {"nothing", {}, {}},
      {"end of list", hex({2, 4, 0x05, 0xb4, 0, 4, 2, 0}), mss},
      {"length zero", hex({2, 4, 0x05, 0xb4, 9, 0, 4, 2}), mss},
      {"length one", hex({2, 4, 0x05, 0xb4, 9, 1, 4, 2}), mss},
      {"behind the end", hex({2, 4, 0x05, 0xb4, 8, 10, 0, 0}), mss},
      {"kind without length", hex({2, 4, 0x05, 0xb4, 1, 1, 1, 9}), mss},
      {"unknown kind", hex({9, 3, 0, 2, 4, 0x05, 0xb4, 0}), mss},
      {"known kind of another length", hex({2, 3, 9, 2, 4, 0x05, 0xb4, 0}), mss},
  };
  for (const Row& row : rows) EXPECT_EQ(TcpOptions::parse(row.list), row.expected) << row.name;
}

TEST(TcpQuote, IsTheFirstEightBytes) {
  const auto bytes = hex({0x9c, 0x40, 0, 80, 0xb0, 0x5e, 0x51, 0x83});
  const auto quote = TcpQuote::parse(bytes);
  ASSERT_TRUE(quote);
  EXPECT_EQ(quote->source_port, 40000);
  EXPECT_EQ(quote->destination_port, 80);
  EXPECT_EQ(quote->sequence, 0xb05e5183);
  EXPECT_FALSE(TcpQuote::parse(Bytes(bytes).first(7)));
}

}  // namespace
}  // namespace masscan::wire
