#include "probe/recogniser.h"

#include <gtest/gtest.h>

#include <array>
#include <ostream>

#include "probe/tcp_syn.h"
#include "support/exchange.h"
#include "support/golden.h"
#include "support/probe_frames.h"
#include "wire/icmpv6.h"

namespace masscan::probe {

void PrintTo(Verdict::Kind kind, std::ostream* out) {
  constexpr const char* kNames[] = {"kReply", "kForeign", "kBad"};
  *out << kNames[static_cast<int>(kind)];
}

namespace {

using test::Buffer;
using wire::tcp_flag::kAck;
using wire::tcp_flag::kFin;
using wire::tcp_flag::kRst;
using wire::tcp_flag::kSyn;

struct Row {
  const char* family;
  const char* ours;
  const char* target;
  const char* router;
};

// Every test runs over IPv4 and IPv6, on raw IP, where recognition starts.
class Recognising : public testing::TestWithParam<Row>, protected test::Exchange {
 protected:
  Recognising() : Exchange(GetParam().ours, GetParam().target) {}

  const net::IpAddress router_ = test::ip(GetParam().router);
  const net::Port port_{net::Transport::kTcp, 80};
  const Flow flow_ = flow_to(port_);
  const std::uint32_t sequence_ = carried_by(flow_);

  Flow flow_from(const SourceSet& sources, net::Port port) const {
    return {.target = target_,
            .port = port,
            .source = *sources.choose(target_.family(), cookie_(target_, port))};
  }

  // The target's reply to our SYN.
  wire::TcpHeader answer(std::uint8_t flags) const {
    return {.source_port = flow_.port.number,
            .destination_port = flow_.source.port,
            .sequence = 0x1234,
            .acknowledgment = sequence_ + 1,
            .flags = flags};
  }
  Buffer answer_bytes(std::uint8_t flags) const {
    return test::packet().ip(target_, ours_).ttl(57).tcp(answer(flags)).bytes();
  }
  Buffer syn(const Flow& flow) const {
    return test::syn_frame(
        {.link = net::LinkLayer::kRawIp, .probes = {.tcp_options = {.mss = 1460}}}, {}, flow,
        carried_by(flow));
  }
  // The IP header of our SYN and the first eight bytes of TCP.
  Buffer quote() const {
    const Buffer bytes = syn(flow_);
    return Buffer(bytes.begin(), bytes.end() - 16);
  }
  Buffer error(std::uint8_t type, std::uint8_t code, const Buffer& quoted) const {
    return test::packet()
        .ip(router_, ours_)
        .ttl(60)
        .icmp({.type = type, .code = code}, quoted)
        .bytes();
  }
  std::uint8_t unreachable_type() const {
    return target_.is_v4() ? wire::icmp_type::kDestinationUnreachable
                           : wire::icmpv6_type::kDestinationUnreachable;
  }
  Buffer unreachable(const Buffer& quoted) const { return error(unreachable_type(), 1, quoted); }
  // What code 1 means.
  record::Cause prohibited() const {
    return target_.is_v4() ? record::Cause::kHostUnreachable : record::Cause::kAdminProhibited;
  }
};

INSTANTIATE_TEST_SUITE_P(Families, Recognising,
                         testing::Values(Row{"v4", "10.60.0.122", "10.50.11.0", "10.99.0.1"},
                                         Row{"v6", "fd00:60::122", "fd00:50::b:1", "fd00:99::1"}),
                         [](const auto& row) { return row.param.family; });

TEST_P(Recognising, FindsAnOpenPortInASynAck) {
  const Verdict verdict = recognise(answer_bytes(kSyn | kAck));
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply, (Reply{.state = record::PortState::kOpen,
                                  .flow = flow_,
                                  .ttl = 57,
                                  .reason = kSyn | kAck,
                                  .suspect = record::Suspect::kZeroWindow,
                                  .isn_hash = verdict.reply.isn_hash,
                                  .stack_hash = verdict.reply.stack_hash,
                                  .ending = sequence_ + 1}));
}

TEST_P(Recognising, FindsAClosedPortInAReset) {
  for (const int flags : {kRst | kAck, kRst | kAck | kSyn}) {
    const Verdict verdict = recognise(answer_bytes(static_cast<std::uint8_t>(flags)));
    ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
    EXPECT_EQ(verdict.reply.state, record::PortState::kClosed);
    EXPECT_EQ(verdict.reply.reason, flags);
    EXPECT_EQ(verdict.reply.ending, std::nullopt) << "a RST is never answered";
  }
}

TEST_P(Recognising, TakesNoOtherSegmentForAnAnswer) {
  for (const int flags : {0, int{kSyn}, int{kAck}, int{kRst}, kFin | kAck, kRst | kSyn}) {
    EXPECT_EQ(kind_of(answer_bytes(static_cast<std::uint8_t>(flags))), Verdict::Kind::kForeign);
  }
}

// All that the cookie covers, and the cookie itself.
TEST_P(Recognising, TakesNoAnswerWithAWrongBit) {
  const Buffer good = answer_bytes(kSyn | kAck);
  const std::size_t tcp = good.size() - wire::TcpHeader::kMinLength;
  const std::size_t addresses = target_.is_v4() ? 12 : 8;
  const auto is_covered = [&](std::size_t byte) {
    const bool is_address_or_port = byte >= addresses && byte < tcp + 4;
    const bool is_acknowledgment = byte >= tcp + 8 && byte < tcp + 12;
    return is_address_or_port || is_acknowledgment;
  };
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    if (!is_covered(bit / 8)) continue;
    Buffer changed = good;
    changed[bit / 8] ^= std::byte(1 << bit % 8);
    EXPECT_EQ(kind_of(changed), Verdict::Kind::kForeign) << "byte " << bit / 8;
  }
}

TEST_P(Recognising, LeavesThePortsOfOtherWorkersAlone) {
  const SourceSet all({{ours_, ours_}}, {40000, 40031});
  int others = 0;
  for (std::uint16_t number = 1; number <= 100; ++number) {
    const net::Port port{net::Transport::kTcp, number};
    const Flow flow = flow_from(all, port);
    if (sources_.owns_port(flow.source.port)) continue;
    wire::TcpHeader header = answer(kSyn | kAck);
    header.source_port = number;
    header.destination_port = flow.source.port;
    header.acknowledgment = carried_by(flow) + 1;
    EXPECT_EQ(kind_of(test::packet().ip(target_, ours_).tcp(header).bytes()),
              Verdict::Kind::kForeign);
    ++others;
  }
  EXPECT_GT(others, 20);
}

// A right cookie at a port that would not have been used: not our probe, or our key is known.
TEST_P(Recognising, TakesNoAnswerToASourceItWouldNotHaveChosen) {
  Flow flow = flow_;
  flow.source.port = flow_.source.port == 40000 ? 40001 : 40000;
  wire::TcpHeader header = answer(kSyn | kAck);
  header.destination_port = flow.source.port;
  header.acknowledgment = carried_by(flow) + 1;
  EXPECT_EQ(kind_of(test::packet().ip(target_, ours_).tcp(header).bytes()),
            Verdict::Kind::kForeign);
}

TEST_P(Recognising, FindsAFilteredPortInAnErrorThatQuotesTheProbe) {
  for (const Buffer& quoted : {syn(flow_), quote()}) {
    const Verdict verdict = recognise(unreachable(quoted));
    ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
    EXPECT_EQ(verdict.reply, (Reply{.state = record::PortState::kFiltered,
                                    .flow = flow_,
                                    .ttl = 60,
                                    .cause = prohibited()}));
  }
}

TEST_P(Recognising, KnowsWhichErrorsMeanFiltered) {
  const auto means_filtered = [&](int type, int code) {
    if (!target_.is_v4()) return type == 1 || type == 3 || (type == 4 && code == 1);
    const bool is_turned_away = code <= 3 || code == 9 || code == 10 || code == 13;
    return type == 11 || (type == 3 && is_turned_away);
  };
  for (int type = 0; type < 256; ++type) {
    for (int code = 0; code < 256; ++code) {
      const auto bytes =
          error(static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code), quote());
      const auto expected =
          means_filtered(type, code) ? Verdict::Kind::kReply : Verdict::Kind::kForeign;
      ASSERT_EQ(kind_of(bytes), expected) << "type " << type << ", code " << code;
    }
  }
}

TEST_P(Recognising, TakesNoErrorWithAWrongBitInTheQuote) {
  const Buffer good = quote();
  const std::size_t addresses = target_.is_v4() ? 12 : 8;
  for (std::size_t bit = 8 * addresses; bit < 8 * good.size(); ++bit) {
    Buffer changed = good;
    changed[bit / 8] ^= std::byte(1 << bit % 8);
    EXPECT_EQ(kind_of(unreachable(changed)), Verdict::Kind::kForeign) << "byte " << bit / 8;
  }
}

TEST_P(Recognising, CallsAnErrorBadThatQuotesTooLittle) {
  const Buffer whole = quote();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(kind_of(unreachable(cut)), Verdict::Kind::kBad) << length;
  }
}

// This applies even if both addresses are ours: a router sends the error to the source.
TEST_P(Recognising, TakesNoErrorSentToAnotherAddressThanTheQuotedOne) {
  const net::IpAddress second = router_;
  const SourceSet both({{ours_, ours_}, {second, second}}, {40000, 40015});
  const Recogniser recogniser(cookie_, both, kinds(), {});
  const Flow flow = flow_from(both, port_);
  const Buffer quoted = syn(flow);
  for (const net::IpAddress& receiver : {ours_, second}) {
    const auto bytes = test::packet()
                           .ip(target_, receiver)
                           .icmp({.type = unreachable_type(), .code = 1}, quoted)
                           .bytes();
    const auto packet = wire::Packet::parse(bytes, wire::Link::kRawIp);
    const auto expected =
        receiver == flow.source.address ? Verdict::Kind::kReply : Verdict::Kind::kForeign;
    EXPECT_EQ(recogniser.recognise(*packet).kind, expected);
  }
}

TEST_P(Recognising, JudgesNothingSentToOthers) {
  const auto tcp = test::packet().ip(target_, router_).transport(wire::Protocol::kTcp, Buffer(19));
  EXPECT_EQ(kind_of(tcp.bytes()), Verdict::Kind::kForeign);
}

TEST_P(Recognising, CallsATruncatedTransportBad) {
  Buffer truncated(19);
  store_be(MutableBytes(truncated), 2, flow_.source.port);
  const auto tcp = test::packet().ip(target_, ours_).transport(wire::Protocol::kTcp, truncated);
  EXPECT_EQ(kind_of(tcp.bytes()), Verdict::Kind::kBad);
  const auto icmp = target_.is_v4() ? wire::Protocol::kIcmp : wire::Protocol::kIcmpv6;
  const auto error = test::packet().ip(target_, ours_).transport(icmp, Buffer(7));
  EXPECT_EQ(kind_of(error.bytes()), Verdict::Kind::kBad);
}

TEST_P(Recognising, LeavesOtherTransportsAlone) {
  const auto bytes =
      test::packet().ip(target_, ours_).transport(wire::Protocol::kUdp, Buffer(8)).bytes();
  EXPECT_EQ(kind_of(bytes), Verdict::Kind::kForeign);
}

// Replies to the reference scanner, at its addresses and ports. One of UDP without room for a token
// has no other proof than our port, which is the only one here.
TEST(Recogniser, TakesNothingOfAnotherScan) {
  const net::IpAddress ours = test::ip("10.60.0.122");
  const std::array with_cookies = {find_kind({net::Transport::kTcp, 80}, kTcpSyn),
                                   find_kind({net::Transport::kIcmp, 0}, kTcpSyn)};
  const Recogniser recogniser(Cookie({.low = 1, .high = 2}),
                              SourceSet({{ours, ours}}, {40000, 40000}), with_cookies, {});
  for (const auto& frame : test::all_golden_frames()) {
    const auto packet = wire::Packet::parse(frame, wire::Link::kEthernet);
    if (!packet) continue;
    EXPECT_NE(recogniser.recognise(*packet).kind, Verdict::Kind::kReply);
  }
}

}  // namespace
}  // namespace masscan::probe
