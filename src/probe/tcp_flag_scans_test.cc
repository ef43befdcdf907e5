#include "probe/tcp_flag_scans.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>

#include "probe/stamp_batch.h"
#include "support/exchange.h"
#include "support/packet_builder.h"
#include "wire/ipv4.h"

namespace masscan::probe {
namespace {

using namespace wire::tcp_flag;
using record::PortState;
using test::Buffer;

constexpr std::uint32_t kCookie = 0xfffffffe;  // numbers wrap round
const Flow kFlowV4{.target = test::ip("10.0.0.2"),
                   .port = {net::Transport::kTcp, 80},
                   .source = {test::ip("10.0.0.1"), 40000}};
const Flow kFlowV6{.target = test::ip("fd00::2"),
                   .port = {net::Transport::kTcp, 80},
                   .source = {test::ip("fd00::1"), 40000}};

Buffer probe_of(const Kind& kind, const ProbeSettings& settings, const Flow& flow) {
  const FrameSettings frame_settings{.link = net::LinkLayer::kRawIp, .probes = settings};
  return test::stamped(kind.prepare(frame_settings, flow.target.family(), flow.port, 0), flow,
                       kCookie);
}

wire::Packet packet_of(Bytes frame) {
  return wire::Packet::parse(frame, net::LinkLayer::kRawIp).value();
}

// Reads a segment as one from the target.
Claim read(const Kind& kind, const ProbeSettings& settings, const wire::TcpHeader& header) {
  std::array<std::byte, wire::TcpHeader::kMaxLength> memory{};
  const auto segment = MutableBytes(memory).first(header.length());
  header.emit(segment, kFlowV4.target, kFlowV4.source.address);
  return kind.read_reply({.source = kFlowV4.target,
                          .destination = kFlowV4.source.address,
                          .ttl = 64,
                          .protocol = wire::Protocol::kTcp,
                          .transport = segment},
                         settings);
}

// The RST of RFC 9293, 3.10.7.1, to a segment with these numbers and `length` bytes of data.
wire::TcpHeader reset_to(const wire::TcpView& segment) {
  wire::TcpHeader reset{.source_port = segment.destination_port(),
                        .destination_port = segment.source_port(),
                        .flags = kRst};
  if (segment.has_flags(kAck)) {
    reset.sequence = segment.acknowledgment();
    return reset;
  }
  reset.flags |= kAck;
  reset.acknowledgment = segment.sequence() + static_cast<std::uint32_t>(segment.payload().size());
  if (segment.has_flags(kSyn)) ++reset.acknowledgment;
  if (segment.has_flags(kFin)) ++reset.acknowledgment;
  return reset;
}

struct Row {
  std::string_view name;
  std::uint8_t flags;
  PortState by_reset;
  PortState by_reset_with_window;
  bool silence_may_be_open;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class Scan : public testing::TestWithParam<Row> {
 protected:
  const Kind& kind_ = *std::ranges::find(tcp_scans(), GetParam().name, &TcpScan::name)->kind;
};

TEST_P(Scan, SendsItsFlagsAndTheCookie) {
  for (const Flow& flow : {kFlowV4, kFlowV6}) {
    for (const std::size_t data : {0u, 7u}) {
      const Buffer frame = probe_of(kind_, {.data_length = data}, flow);
      const wire::Packet packet = packet_of(frame);
      EXPECT_TRUE(packet.checksums_ok());
      const auto segment = wire::TcpView::parse(packet.transport);
      EXPECT_EQ(segment->flags(), GetParam().flags);
      EXPECT_EQ(segment->sequence(), kCookie);
      EXPECT_EQ(segment->acknowledgment(), segment->has_flags(kAck) ? kCookie : 0u);
      EXPECT_EQ(segment->payload().size(), data);
    }
  }
}

TEST_P(Scan, ReadsResets) {
  for (const std::size_t data : {0u, 7u}) {
    const ProbeSettings settings{.data_length = data};
    const Buffer frame = probe_of(kind_, settings, kFlowV4);
    wire::TcpHeader reset = reset_to(*wire::TcpView::parse(packet_of(frame).transport));
    for (const std::uint16_t window : {0, 512}) {
      reset.window = window;
      const Claim claim = read(kind_, settings, reset);
      ASSERT_EQ(claim.verdict.kind, Verdict::Kind::kReply);
      EXPECT_EQ(claim.cookie, kCookie);
      EXPECT_EQ(claim.cookie_bits, ~0u);
      const Reply& reply = claim.verdict.reply;
      EXPECT_EQ(reply.state, window == 0 ? GetParam().by_reset : GetParam().by_reset_with_window);
      EXPECT_EQ(reply.flow, kFlowV4);
      EXPECT_EQ(reply.reason, reset.flags);
      EXPECT_FALSE(reply.ending);
    }
  }
}

// Whatever flags the user chooses; a segment with RST is never answered.
TEST_P(Scan, ReadsResetsToAnyFlags) {
  for (unsigned flags = 0; flags < 256; ++flags) {
    const ProbeSettings settings{.data_length = 3, .tcp_flags = static_cast<std::uint8_t>(flags)};
    const Buffer frame = probe_of(kind_, settings, kFlowV4);
    const auto segment = wire::TcpView::parse(packet_of(frame).transport);
    EXPECT_EQ(segment->flags(), flags);
    const Claim claim = read(kind_, settings, reset_to(*segment));
    ASSERT_EQ(claim.verdict.kind, Verdict::Kind::kReply) << flags;
    EXPECT_EQ(claim.cookie, kCookie) << flags;
    EXPECT_EQ(claim.verdict.reply.state, GetParam().by_reset);
  }
}

TEST_P(Scan, ReadsTheLeastThatErrorsQuote) {
  for (const Flow& flow : {kFlowV4, kFlowV6}) {
    const Buffer frame = probe_of(kind_, {}, flow);
    wire::Packet quoted = packet_of(frame);
    quoted.transport = quoted.transport.first(8);
    const Claim claim = kind_.read_quote(quoted, {});
    ASSERT_EQ(claim.verdict.kind, Verdict::Kind::kReply);
    EXPECT_EQ(claim.cookie, kCookie);
    EXPECT_EQ(claim.verdict.reply.flow, flow);
  }
}

TEST_P(Scan, ReadsNoSegmentsOfConnections) {
  for (const std::uint8_t flags : {std::uint8_t{0}, kAck, kFin, kSyn}) {
    const Claim claim = read(kind_, {}, {.flags = flags});
    EXPECT_EQ(claim.verdict.kind, Verdict::Kind::kForeign) << int{flags};
  }
}

TEST_P(Scan, KnowsWhatSilenceMeans) {
  EXPECT_EQ(kind_.silence_may_be_open, GetParam().silence_may_be_open);
}

using enum PortState;
INSTANTIATE_TEST_SUITE_P(Tcp, Scan,
                         testing::Values(Row{"syn", kSyn, kClosed, kClosed, false},
                                         Row{"ack", kAck, kUnfiltered, kUnfiltered, false},
                                         Row{"window", kAck, kClosed, kOpen, false},
                                         Row{"fin", kFin, kClosed, kClosed, true},
                                         Row{"null", 0, kClosed, kClosed, true},
                                         Row{"xmas", kFin | kPsh | kUrg, kClosed, kClosed, true},
                                         Row{"maimon", kFin | kAck, kClosed, kClosed, true}));

// Only a SYN-ACK to a SYN begins a connection; its acknowledgment does not count data.
TEST(TcpScans, OnlySynsFindOpenPortsBySynAcks) {
  for (const TcpScan& scan : tcp_scans()) {
    const Claim claim =
        read(*scan.kind, {.data_length = 7}, {.acknowledgment = kCookie + 1, .flags = kSyn | kAck});
    const bool is_syn = scan.name == "syn";
    EXPECT_EQ(claim.verdict.kind == Verdict::Kind::kReply, is_syn) << scan.name;
    if (is_syn) EXPECT_EQ(claim.cookie, kCookie);
  }
}

TEST(TcpScans, SendTheFieldsThatTheUserChose) {
  for (const TcpScan& scan : tcp_scans()) {
    const ProbeSettings settings{
        .ttl = 9, .tos = 0x28, .dont_fragment = true, .ip_id = 54321, .tcp_window = 4000};
    const Buffer frame = probe_of(*scan.kind, settings, kFlowV4);
    const wire::Packet packet = packet_of(frame);
    const auto header = wire::Ipv4View::parse(frame)->header();
    EXPECT_TRUE(packet.checksums_ok());
    EXPECT_EQ(header.ttl, 9);
    EXPECT_EQ(header.tos, 0x28);
    EXPECT_TRUE(header.dont_fragment);
    EXPECT_EQ(header.identification, 54321);
    EXPECT_EQ(wire::TcpView::parse(packet.transport)->window(), 4000);
  }
}

// Of every cookie: the sum that is sent must not be another form of the right one.
TEST(TcpScans, SendWrongChecksumsOnlyIfTold) {
  const FrameSettings settings{.link = net::LinkLayer::kRawIp, .probes = {.bad_checksum = true}};
  const Kind& syn = *tcp_scans().front().kind;
  const PreparedFrame prepared = syn.prepare(settings, net::Family::kIpv4, kFlowV4.port, 0);
  const PreparedFrame ending = syn.prepare_ending(settings, net::Family::kIpv4);
  Buffer buffer(PreparedFrame::kMaxLength);
  net::TxFrame slot{.buffer = buffer};
  const StampBatch stamp(InstructionSet::kScalar);
  for (std::uint32_t cookie = 0; cookie < 0x20000; ++cookie) {
    stamp.one(prepared, {}, kFlowV4, cookie, slot);
    ASSERT_FALSE(packet_of(Bytes(buffer).first(slot.length)).checksums_ok()) << cookie;
  }
  stamp.one(ending, {}, kFlowV4, kCookie, slot);
  EXPECT_TRUE(packet_of(Bytes(buffer).first(slot.length)).checksums_ok());
}

}  // namespace
}  // namespace masscan::probe
