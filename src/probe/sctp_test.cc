#include "probe/sctp.h"

#include <gtest/gtest.h>

#include "probe/recogniser.h"
#include "support/exchange.h"
#include "support/golden.h"
#include "support/probe_frames.h"

namespace masscan::probe {
namespace {

using record::Cause;
using record::PortState;
using test::Buffer;
using test::stamped;

constexpr net::Port kPort{net::Transport::kSctp, 36412};
constexpr std::uint32_t kTheirTag = 0x11223344;
const FrameSettings kRawIp{.link = net::LinkLayer::kRawIp};

struct Row {
  const char* family;
  const char* ours;
  const char* target;
  const char* router;
  std::uint8_t unreachable;
  std::uint8_t port_code;
  std::uint8_t host_code;
};

// Every test runs over IPv4 and IPv6.
class Sctp : public testing::TestWithParam<Row>, protected test::Exchange {
 protected:
  Sctp() : Exchange(GetParam().ours, GetParam().target) {}

  const net::IpAddress router_ = test::ip(GetParam().router);
  const Flow flow_ = flow_to(kPort);
  const std::uint32_t carried_ = carried_by(flow_);

  Buffer answer(std::uint8_t chunk, std::uint32_t tag, std::uint32_t their_tag = kTheirTag) const {
    Buffer bytes(chunk == wire::sctp_chunk::kInitAck ? 32 : 16);
    bytes[12] = std::byte{chunk};
    if (bytes.size() > 16) store_be(bytes, 16, their_tag);
    wire::SctpHeader{kPort.number, flow_.source.port, tag}.emit(bytes);
    return test::packet()
        .ip(target_, ours_)
        .ttl(57)
        .transport(wire::Protocol::kSctp, bytes)
        .bytes();
  }
  Buffer probe(std::uint32_t cookie, bool is_cookie_echo = false) const {
    FrameSettings settings = kRawIp;
    settings.probes.sctp_cookie_echo = is_cookie_echo;
    return stamped(kSctp.prepare(settings, target_.family(), kPort, 0), flow_, cookie);
  }
  // Returns an error that quotes the first bytes of a packet.
  Buffer error(const net::IpAddress& from, std::uint8_t code, const Buffer& packet,
               std::size_t length) const {
    return test::packet()
        .ip(from, ours_)
        .icmp({.type = GetParam().unreachable, .code = code}, Bytes(packet).first(length))
        .bytes();
  }
  Buffer error(const Buffer& packet, std::size_t transport_length) const {
    return error(router_, GetParam().host_code, packet, ip_length() + transport_length);
  }
  std::size_t ip_length() const { return target_.is_v4() ? 20 : 40; }
};

INSTANTIATE_TEST_SUITE_P(
    Families, Sctp,
    testing::Values(Row{"v4", "10.60.0.122", "10.50.11.0", "10.99.0.1", 3, 3, 1},
                    Row{"v6", "fd00:60::122", "fd00:50::b:1", "fd00:99::1", 1, 4, 3}),
    [](const auto& row) { return row.param.family; });

TEST_P(Sctp, IsOpenIfAnInitIsAcknowledgedAndIsEndedWithTheTagOfTheTarget) {
  const Verdict verdict = recognise(answer(wire::sctp_chunk::kInitAck, carried_));
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply, (Reply{.state = PortState::kOpen,
                                  .flow = flow_,
                                  .ttl = 57,
                                  .cause = Cause::kInitAck,
                                  .ending = kTheirTag}));
}

TEST_P(Sctp, HasNoEndingWithoutATag) {
  EXPECT_FALSE(recognise(answer(wire::sctp_chunk::kInitAck, carried_, 0)).reply.ending);
}

TEST_P(Sctp, IsClosedIfItAborts) {
  const Verdict verdict = recognise(answer(wire::sctp_chunk::kAbort, carried_));
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply,
            (Reply{.state = PortState::kClosed, .flow = flow_, .ttl = 57, .cause = Cause::kAbort}));
}

TEST_P(Sctp, BelievesNoOtherBitOfTheTag) {
  for (int bit = 0; bit < 32; ++bit) {
    EXPECT_EQ(kind_of(answer(wire::sctp_chunk::kInitAck, carried_ ^ 1u << bit)),
              Verdict::Kind::kForeign)
        << bit;
  }
}

TEST_P(Sctp, TakesNoOtherChunkForAnAnswer) {
  for (const std::uint8_t chunk : {0, 1, 3, 4, 5, 7, 8, 9, 10, 14, 192}) {
    EXPECT_EQ(kind_of(answer(chunk, carried_)), Verdict::Kind::kForeign) << int{chunk};
  }
}

// The initiate tag is quoted, or only the identification of IPv4, which has half of the cookie.
TEST_P(Sctp, IsFilteredByAnErrorThatQuotesTheInit) {
  const Buffer init = probe(carried_);
  EXPECT_EQ(kind_of(error(init, 7)), Verdict::Kind::kBad);
  for (const std::size_t quoted : {8, 19, 20, 32}) {
    const Verdict verdict = recognise(error(init, quoted));
    if (target_.is_v6() && quoted < 20) {
      EXPECT_EQ(verdict.kind, Verdict::Kind::kForeign) << quoted;
      continue;
    }
    ASSERT_EQ(verdict.kind, Verdict::Kind::kReply) << quoted;
    EXPECT_EQ(verdict.reply.state, PortState::kFiltered);
    EXPECT_EQ(verdict.reply.flow, flow_);
  }
}

TEST_P(Sctp, IsNotFilteredByAnErrorThatQuotesAnotherCookie) {
  for (int bit = 0; bit < 32; ++bit) {
    const Buffer init = probe(carried_ ^ 1u << bit);
    EXPECT_EQ(kind_of(error(init, 32)), Verdict::Kind::kForeign) << bit;
    const bool is_known = target_.is_v6() || bit < 16;
    EXPECT_EQ(kind_of(error(init, 8)), is_known ? Verdict::Kind::kForeign : Verdict::Kind::kReply)
        << bit;
  }
}

TEST_P(Sctp, IsClosedIfTheTargetSaysThatThePortIsUnreachable) {
  const Buffer init = probe(carried_);
  const std::uint8_t code = GetParam().port_code;
  EXPECT_EQ(recognise(error(target_, code, init, init.size())).reply.state, PortState::kClosed);
  EXPECT_EQ(recognise(error(router_, code, init, init.size())).reply.state, PortState::kFiltered);
}

TEST_P(Sctp, HasTheCookieAsTagOfACookieEcho) {
  const auto packet_of = [](const Buffer& bytes) {
    return wire::Packet::parse(bytes, wire::Link::kRawIp)->transport;
  };
  const Buffer bytes = probe(carried_, true);
  const auto echo = wire::SctpView::parse(packet_of(bytes));
  EXPECT_TRUE(echo->is_checksum_right());
  EXPECT_EQ(echo->chunk_type(), wire::sctp_chunk::kCookieEcho);
  EXPECT_EQ(echo->header(), (wire::SctpHeader{flow_.source.port, kPort.number, carried_}));
  EXPECT_EQ(kind_of(error(bytes, 8)), Verdict::Kind::kReply);
  EXPECT_EQ(kind_of(error(probe(carried_ ^ 1, true), 8)), Verdict::Kind::kForeign);
}

TEST_P(Sctp, IsEndedByAnAbort) {
  const Buffer bytes = stamped(kSctp.prepare_ending(kRawIp, target_.family()), flow_, kTheirTag);
  const auto packet = wire::Packet::parse(bytes, wire::Link::kRawIp);
  EXPECT_TRUE(packet->checksums_ok());
  EXPECT_EQ(packet->transport.size(), 16u);
  const auto abort = wire::SctpView::parse(packet->transport);
  EXPECT_EQ(abort->header(), (wire::SctpHeader{flow_.source.port, kPort.number, kTheirTag}));
  EXPECT_EQ(abort->chunk_type(), wire::sctp_chunk::kAbort);
  EXPECT_EQ(load_be<std::uint16_t>(packet->transport, 14), 4);
}

// The reference's INIT differs from ours in what the cookie decides. With its tag, ours must be the
// same in every byte.
TEST(SctpInit, IsTheReferencesByteForByte) {
  std::size_t inits = 0;
  for (const char* capture : {"sctp.head.pcap", "sctp6.head.pcap"}) {
    for (const auto& frame : test::golden_pcap(capture)) {
      const auto packet = wire::Packet::parse(frame, wire::Link::kEthernet);
      if (!packet || packet->protocol != wire::Protocol::kSctp) continue;
      const auto sctp = wire::SctpView::parse(packet->transport);
      if (sctp->chunk_type() != wire::sctp_chunk::kInit) continue;
      const Flow flow{.target = packet->destination,
                      .port = {net::Transport::kSctp, sctp->header().destination_port},
                      .source = {packet->source, sctp->header().source_port}};
      const FrameSettings settings{.source_mac = packet->source_mac};
      const auto prepared = kSctp.prepare(settings, flow.target.family(), flow.port, 0);
      EXPECT_EQ(stamped(prepared, flow, *sctp->initiate_tag()), frame);
      ++inits;
    }
  }
  EXPECT_EQ(inits, 9u);
}

}  // namespace
}  // namespace masscan::probe
