#include "probe/ip_protocol.h"

#include <gtest/gtest.h>

#include "probe/recogniser.h"
#include "support/exchange.h"
#include "support/packet_builder.h"

namespace masscan::probe {
namespace {

using record::Cause;
using record::PortState;
using test::Buffer;

std::vector<const Kind*> all_protocols() {
  std::vector<const Kind*> kinds;
  for (std::uint16_t number = 0; number < 256; ++number) kinds.push_back(ip_protocol_kind(number));
  return kinds;
}

struct Row {
  const char* family;
  const char* ours;
  const char* target;
  std::uint8_t lacking_type;  // of the error about a protocol that the host lacks
  std::uint8_t lacking_code;
  std::uint8_t port_type;  // of the error about a port
  std::uint8_t port_code;
};

// Every test runs over IPv4 and IPv6.
class IpProtocols : public testing::TestWithParam<Row>, protected test::Exchange {
 protected:
  IpProtocols() : Exchange(GetParam().ours, GetParam().target, all_protocols()) {}

  Flow flow_of(std::uint16_t number) const { return flow_to({net::Transport::kIp, number}); }
  Buffer probe(std::uint16_t number, std::uint32_t change = 0) const {
    const Flow flow = flow_of(number);
    const FrameSettings settings{.link = net::LinkLayer::kRawIp};
    return test::stamped(
        ip_protocol_kind(number)->prepare(settings, target_.family(), flow.port, 0), flow,
        carried_by(flow) ^ change);
  }
  Verdict quoted(std::uint8_t type, std::uint8_t code, const Buffer& packet,
                 const char* router = nullptr) const {
    return recognise(test::packet()
                         .ip(router == nullptr ? target_ : test::ip(router), ours_)
                         .icmp({.type = type, .code = code}, packet)
                         .bytes());
  }
  // An IPv6 header before the transport cannot be a protocol of its own.
  bool is_asked(std::uint16_t number) const {
    constexpr std::array<std::uint16_t, 6> kExtensions = {0, 43, 44, 51, 60, 135};
    return target_.is_v4() || std::ranges::find(kExtensions, number) == kExtensions.end();
  }
};

INSTANTIATE_TEST_SUITE_P(Families, IpProtocols,
                         testing::Values(Row{"v4", "10.60.0.122", "10.50.11.0", 3, 2, 3, 3},
                                         Row{"v6", "fd00:60::122", "fd00:50::b:1", 4, 1, 1, 4}),
                         [](const auto& row) { return row.param.family; });

TEST_P(IpProtocols, AreAskedWithRightChecksums) {
  for (std::uint16_t number = 0; number < 256; ++number) {
    if (!is_asked(number)) continue;
    const Buffer bytes = probe(number);
    const auto packet = wire::Packet::parse(bytes, wire::Link::kRawIp);
    ASSERT_TRUE(packet) << number;
    EXPECT_EQ(static_cast<std::uint16_t>(packet->protocol), number);
    const bool is_foreign = target_.is_v4() && packet->protocol == wire::Protocol::kIcmpv6;
    EXPECT_TRUE(packet->checksums_ok() || is_foreign) << number;
  }
}

TEST_P(IpProtocols, AreClosedWhereTheTargetLacksThem) {
  const auto [family, ours, target, type, code, port_type, port_code] = GetParam();
  for (std::uint16_t number = 0; number < 256; ++number) {
    if (!is_asked(number)) continue;
    const Verdict verdict = quoted(type, code, probe(number));
    ASSERT_EQ(verdict.kind, Verdict::Kind::kReply) << number;
    EXPECT_EQ(verdict.reply.state, PortState::kClosed);
    EXPECT_EQ(verdict.reply.cause, Cause::kProtocolUnreachable);
    EXPECT_EQ(verdict.reply.flow, flow_of(number));
    EXPECT_EQ(quoted(type, code, probe(number, 1u << 16)).kind, Verdict::Kind::kForeign) << number;
    const char* router = target_.is_v4() ? "10.99.0.1" : "fd00:99::1";
    EXPECT_EQ(quoted(type, code, probe(number), router).reply.state, PortState::kFiltered);
  }
}

TEST_P(IpProtocols, AreOpenIfAPortOfUdpIsNot) {
  const Verdict verdict = quoted(GetParam().port_type, GetParam().port_code, probe(17));
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply.state, PortState::kOpen);
}

TEST_P(IpProtocols, AreOpenIfTheyReturnTheCookie) {
  const Flow flow = flow_of(6);
  const std::uint32_t cookie = carried_part(cookie_(target_, flow.port));
  const auto reset = [&](std::uint16_t port, std::uint32_t acknowledgment) {
    return recognise(test::packet()
                         .ip(target_, ours_)
                         .ttl(57)
                         .tcp({.source_port = port,
                               .destination_port = flow.source.port,
                               .acknowledgment = acknowledgment,
                               .flags = wire::tcp_flag::kRst | wire::tcp_flag::kAck})
                         .bytes());
  };
  const Verdict verdict = reset(6, cookie + 1);
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply.state, PortState::kOpen);
  EXPECT_EQ(verdict.reply.cause, Cause::kProtocolResponse);
  EXPECT_EQ(verdict.reply.flow, flow);
  EXPECT_EQ(reset(6, cookie).kind, Verdict::Kind::kForeign);
  EXPECT_EQ(reset(7, cookie + 1).kind, Verdict::Kind::kForeign);
}

}  // namespace
}  // namespace masscan::probe
