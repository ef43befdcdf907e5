#include "probe/icmp.h"

#include <gtest/gtest.h>

#include "probe/recogniser.h"
#include "support/exchange.h"
#include "support/golden.h"
#include "support/probe_frames.h"
#include "wire/icmpv6.h"

namespace masscan::probe {
namespace {

using test::Buffer;

constexpr net::Port kPing = kEchoPort;
const FrameSettings kRawIp{.link = net::LinkLayer::kRawIp};

struct Row {
  const char* family;
  const char* ours;
  const char* target;
  const char* router;
  std::uint8_t request;
  std::uint8_t reply;
  std::uint8_t unreachable;
};

// Every test runs over IPv4 and IPv6.
class Pinging : public testing::TestWithParam<Row>, protected test::Exchange {
 protected:
  Pinging() : Exchange(GetParam().ours, GetParam().target) {}

  const net::IpAddress router_ = test::ip(GetParam().router);
  const Flow flow_ = flow_to(kPing);
  const std::uint32_t carried_ = carried_by(flow_);

  // Identifier, sequence number and payload of our echo request.
  static std::uint32_t rest_of(std::uint16_t identifier, std::uint32_t cookie) {
    return std::uint32_t{identifier} << 16 | cookie >> 16;
  }
  static Buffer payload_of(std::uint32_t cookie, std::size_t length = 48) {
    Buffer payload(length);
    if (length >= 2) store_be(payload, 0, static_cast<std::uint16_t>(cookie));
    return payload;
  }
  Buffer answer(std::uint8_t type, const net::IpAddress& from, std::uint16_t identifier,
                std::uint32_t cookie, std::size_t length = 48) const {
    return test::packet()
        .ip(from, ours_)
        .ttl(57)
        .icmp({.type = type, .rest = rest_of(identifier, cookie)}, payload_of(cookie, length))
        .bytes();
  }
  Buffer our_answer() const {
    return answer(GetParam().reply, target_, flow_.source.port, carried_);
  }
  Buffer ping(std::uint32_t cookie) const { return test::ping_frame(kRawIp, {}, flow_, cookie); }
  // Returns an error that quotes the first bytes of a packet.
  Buffer error(const Buffer& packet, std::size_t length) const {
    return test::packet()
        .ip(router_, ours_)
        .ttl(60)
        .icmp({.type = GetParam().unreachable, .code = 1}, Bytes(packet).first(length))
        .bytes();
  }
  // What code 1 means.
  record::Cause prohibited() const {
    return target_.is_v4() ? record::Cause::kHostUnreachable : record::Cause::kAdminProhibited;
  }
  std::size_t ip_length() const { return target_.is_v4() ? 20 : 40; }
};

INSTANTIATE_TEST_SUITE_P(
    Families, Pinging,
    testing::Values(Row{"v4", "10.60.0.122", "10.50.11.0", "10.99.0.1", 8, 0, 3},
                    Row{"v6", "fd00:60::122", "fd00:50::b:1", "fd00:99::1", 128, 129, 1}),
    [](const auto& row) { return row.param.family; });

TEST_P(Pinging, FindsWhoReturnsTheCookie) {
  const Verdict verdict = recognise(our_answer());
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply, (Reply{.state = record::PortState::kOpen,
                                  .flow = flow_,
                                  .ttl = 57,
                                  .cause = record::Cause::kEchoReply}));
}

// A host that returns only the cookie's part of the payload has answered too.
TEST_P(Pinging, LooksAtNoMoreOfThePayloadThanTheCookie) {
  const std::uint8_t type = GetParam().reply;
  EXPECT_EQ(kind_of(answer(type, target_, flow_.source.port, carried_, 2)), Verdict::Kind::kReply);
  EXPECT_EQ(kind_of(answer(type, target_, flow_.source.port, carried_, 1)),
            Verdict::Kind::kForeign);
  EXPECT_EQ(kind_of(answer(type, target_, flow_.source.port, carried_, 0)),
            Verdict::Kind::kForeign);
}

TEST_P(Pinging, BelievesNoOtherBitOfTheCookie) {
  for (int bit = 0; bit < 32; ++bit) {
    const Buffer bytes = answer(GetParam().reply, target_, flow_.source.port, carried_ ^ 1u << bit);
    EXPECT_EQ(kind_of(bytes), Verdict::Kind::kForeign) << bit;
  }
}

// Another address, another of our identifiers, one of the kernel's, a request, another message.
TEST_P(Pinging, TakesNothingElseForAnAnswer) {
  const std::uint8_t type = GetParam().reply;
  const std::uint16_t port = flow_.source.port;
  const auto other = static_cast<std::uint16_t>(port == 40000 ? 40001 : 40000);
  EXPECT_EQ(kind_of(answer(type, router_, port, carried_)), Verdict::Kind::kForeign);
  EXPECT_EQ(kind_of(answer(type, target_, other, carried_)), Verdict::Kind::kForeign);
  EXPECT_EQ(kind_of(answer(type, target_, 4711, carried_)), Verdict::Kind::kForeign);
  EXPECT_EQ(kind_of(answer(GetParam().request, target_, port, carried_)), Verdict::Kind::kForeign);
  const auto of_another_port = static_cast<std::uint8_t>(type == 0 ? 14 : 0);
  EXPECT_EQ(kind_of(answer(of_another_port, target_, port, carried_)), Verdict::Kind::kForeign);
}

TEST_P(Pinging, IsFilteredByAnErrorThatQuotesIt) {
  const Buffer packet = ping(carried_);
  for (const std::size_t quoted : {std::size_t{8}, std::size_t{10}, packet.size() - ip_length()}) {
    const Verdict verdict = recognise(error(packet, ip_length() + quoted));
    ASSERT_EQ(verdict.kind, Verdict::Kind::kReply) << quoted;
    EXPECT_EQ(verdict.reply, (Reply{.state = record::PortState::kFiltered,
                                    .flow = flow_,
                                    .ttl = 60,
                                    .cause = prohibited()}));
  }
  EXPECT_EQ(kind_of(error(packet, ip_length() + 7)), Verdict::Kind::kBad);
}

TEST_P(Pinging, IsNotFilteredByAnErrorThatQuotesAnotherCookie) {
  for (int bit = 0; bit < 32; ++bit) {
    const Buffer packet = ping(carried_ ^ 1u << bit);
    EXPECT_EQ(kind_of(error(packet, packet.size())), Verdict::Kind::kForeign) << bit;
    const auto short_quote = kind_of(error(packet, ip_length() + 8));
    EXPECT_EQ(short_quote, bit < 16 ? Verdict::Kind::kReply : Verdict::Kind::kForeign)
        << "eight bytes hold the upper half";
  }
}

TEST_P(Pinging, IsNotFilteredByAnErrorThatQuotesAnAnswer) {
  Buffer packet = ping(carried_);
  packet[ip_length()] = std::byte{GetParam().reply};
  EXPECT_EQ(kind_of(error(packet, packet.size())), Verdict::Kind::kForeign);
}

struct QuestionRow {
  net::Port port;
  std::uint8_t request;
  std::uint8_t reply;
  std::size_t length;  // of the message
  int unknown_bits;    // low ones of the cookie, which the reply does not return
  record::Cause cause;
};

// The questions of IPv4 alone.
class Asking : public testing::TestWithParam<QuestionRow>, protected test::Exchange {
 protected:
  Asking() : Exchange("10.60.0.122", "10.50.11.0") {}

  const Flow flow_ = flow_to(GetParam().port);
  const std::uint32_t carried_ = carried_by(flow_);

  Buffer message(std::uint32_t cookie) const {
    const auto frame = test::frame_that_asks({.link = net::LinkLayer::kRawIp}, {}, flow_, cookie);
    return test::copy(wire::Packet::parse(frame, wire::Link::kRawIp)->transport);
  }
  // What a host makes of a request: another type, its times or its mask.
  Verdict recognise_reply(std::uint32_t cookie) const {
    Buffer reply = message(cookie);
    for (std::size_t i = 12; i < reply.size(); ++i) reply[i] = std::byte{0x7f};
    if (reply.size() == 12) store_be(reply, 8, 0xffffff00u);
    wire::IcmpHeader{.type = GetParam().reply, .rest = load_be<std::uint32_t>(reply, 4)}.emit(
        reply);
    const auto bytes =
        test::packet().ip(target_, ours_).ttl(57).transport(wire::Protocol::kIcmp, reply).bytes();
    return recognise(bytes);
  }
};

INSTANTIATE_TEST_SUITE_P(Icmp, Asking,
                         testing::Values(QuestionRow{kTimestampPort, 13, 14, 20, 0,
                                                     record::Cause::kTimestampReply},
                                         QuestionRow{kAddressMaskPort, 17, 18, 12, 16,
                                                     record::Cause::kAddressMaskReply}));

TEST_P(Asking, WritesARequest) {
  const Buffer bytes = message(carried_);
  EXPECT_EQ(bytes.size(), GetParam().length);
  EXPECT_EQ(wire::IcmpView::parse(bytes)->type(), GetParam().request);
}

TEST_P(Asking, FindsWhoReturnsTheCookie) {
  const Verdict verdict = recognise_reply(carried_);
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(
      verdict.reply,
      (Reply{
          .state = record::PortState::kOpen, .flow = flow_, .ttl = 57, .cause = GetParam().cause}));
}

TEST_P(Asking, BelievesNoOtherBitOfTheCookie) {
  for (int bit = GetParam().unknown_bits; bit < 32; ++bit) {
    EXPECT_EQ(recognise_reply(carried_ ^ 1u << bit).kind, Verdict::Kind::kForeign);
  }
}

TEST_P(Asking, IsFilteredByAnErrorThatQuotesIt) {
  for (const bool is_ours : {true, false}) {
    const auto request = test::frame_that_asks({.link = net::LinkLayer::kRawIp}, {}, flow_,
                                               carried_ ^ (is_ours ? 0 : 1u << 20));
    const auto bytes = test::packet()
                           .ip(test::ip("10.99.0.1"), ours_)
                           .icmp({.type = 3, .code = 13}, request)
                           .bytes();
    const auto verdict = recognise(bytes);
    EXPECT_EQ(verdict.kind, is_ours ? Verdict::Kind::kReply : Verdict::Kind::kForeign);
  }
}

struct GoldenRow {
  const char* capture;
  wire::Protocol protocol;
  std::uint8_t type;
};

// The reference's echo requests differ from ours only in identifier, sequence number, the first two
// bytes of the payload, and the identification and checksums that follow from them.
TEST(Icmp, EchoHasMasscansLengthAndPayload) {
  for (const GoldenRow& row : {GoldenRow{"icmp.head.pcap", wire::Protocol::kIcmp, 8},
                               GoldenRow{"icmp6.head.pcap", wire::Protocol::kIcmpv6, 128}}) {
    std::size_t pings = 0;
    for (const auto& frame : test::golden_pcap(row.capture)) {
      const auto packet = wire::Packet::parse(frame, wire::Link::kEthernet);
      if (!packet || packet->protocol != row.protocol) continue;
      const auto message = wire::IcmpView::parse(packet->transport);
      if (!message || message->type() != row.type) continue;
      const Flow flow{
          .target = packet->destination, .port = kPing, .source = {packet->source, 40000}};
      const Buffer ours = test::ping_frame({.source_mac = packet->source_mac},
                                           packet->destination_mac, flow, 0x12345678);
      const auto parsed = wire::Packet::parse(ours, wire::Link::kEthernet);
      ASSERT_EQ(ours.size(), frame.size());
      EXPECT_EQ(parsed->ttl, packet->ttl);
      EXPECT_EQ(test::copy(parsed->transport.subspan(10)),
                test::copy(packet->transport.subspan(10)));
      ++pings;
    }
    EXPECT_GT(pings, 0u) << row.capture;
  }
}

}  // namespace
}  // namespace masscan::probe
