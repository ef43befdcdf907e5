#include "probe/tcp_syn.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"
#include "support/exchange.h"
#include "support/golden.h"
#include "support/packet_builder.h"
#include "wire/ipv4.h"

namespace masscan::probe {
namespace {

using test::Buffer;
using test::stamped;

const net::MacAddress kOurs = test::mac("02005e100001");
const net::MacAddress kRouter = test::mac("02005e100002");
const FrameSettings kEthernet{.source_mac = kOurs};
const FrameSettings kRawIp{.link = net::LinkLayer::kRawIp};

Buffer syn(const FrameSettings& settings, const Flow& flow, std::uint32_t sequence) {
  return stamped(kTcpSyn.prepare(settings, flow.target.family(), flow.port, 0), flow, sequence);
}

Buffer reset(const FrameSettings& settings, const Flow& flow, std::uint32_t sequence) {
  return stamped(kTcpSyn.prepare_ending(settings, flow.target.family()), flow, sequence);
}

Flow any_flow() {
  Flow flow{.port = {net::Transport::kTcp, test::any<std::uint16_t>()},
            .source = {.port = test::any<std::uint16_t>()}};
  if (test::any<bool>()) {
    flow.target = test::any_ipv4();
    flow.source.address = test::any_ipv4();
  } else {
    flow.target = test::any_ipv6();
    flow.source.address = test::any_ipv6();
  }
  return flow;
}

struct GoldenRow {
  const char* capture;
  std::uint8_t ttl;
  wire::TcpOptions options;
  std::size_t syns;
};

class GoldenSyn : public testing::TestWithParam<GoldenRow> {};

// The reference's SYN differs from ours in what the cookie decides. With its sequence number, ours
// must be the same in every byte, including identification and checksums.
TEST_P(GoldenSyn, IsStampedByteForByte) {
  const GoldenRow& row = GetParam();
  const FrameSettings settings{.source_mac = kOurs,
                               .probes = {.ttl = row.ttl, .tcp_options = row.options}};
  std::size_t syns = 0;
  for (const auto& frame : test::golden_pcap(row.capture)) {
    const auto packet = wire::Packet::parse(frame, net::LinkLayer::kEthernet);
    if (!packet || packet->protocol != wire::Protocol::kTcp) continue;
    const auto segment = wire::TcpView::parse(packet->transport);
    ASSERT_TRUE(segment);
    if (segment->flags() != wire::tcp_flag::kSyn) continue;
    const Flow flow{.target = packet->destination,
                    .port = {net::Transport::kTcp, segment->destination_port()},
                    .source = {packet->source, segment->source_port()}};
    EXPECT_EQ(syn(settings, flow, segment->sequence()), frame);
    ++syns;
  }
  EXPECT_EQ(syns, row.syns);
}

INSTANTIATE_TEST_SUITE_P(
    TcpSyn, GoldenSyn,
    testing::Values(GoldenRow{"syn.head.pcap", 255, {.mss = 1460}, 6},
                    GoldenRow{"syn6.head.pcap", 255, {.mss = 1460}, 6},
                    GoldenRow{"syn-nomss.head.pcap", 255, {}, 1},
                    GoldenRow{"syn-options.head.pcap",
                              33,
                              {.mss = 1000, .sack_permitted = true, .window_scale = 7},
                              1}));

RC_GTEST_PROP(TcpSyn, WritesSynsWithRightFieldsAndChecksums, ()) {
  const bool raw = test::any<bool>();
  const Flow flow = any_flow();
  const auto sequence = test::any<std::uint32_t>();
  FrameSettings settings = raw ? kRawIp : kEthernet;
  settings.probes.tcp_options = test::any_tcp_options();
  const auto frame = syn(settings, flow, sequence);

  const auto packet =
      wire::Packet::parse(frame, raw ? net::LinkLayer::kRawIp : net::LinkLayer::kEthernet);
  RC_ASSERT(packet.has_value());
  RC_ASSERT(packet->checksums_ok());
  RC_ASSERT(packet->source == flow.source.address);
  RC_ASSERT(packet->destination == flow.target);
  RC_ASSERT(packet->source_mac == (raw ? net::MacAddress() : kOurs));
  RC_ASSERT(packet->destination_mac == (raw ? net::MacAddress() : kRouter));
  RC_ASSERT(packet->ttl == 255);
  const wire::TcpHeader expected{.source_port = flow.source.port,
                                 .destination_port = flow.port.number,
                                 .sequence = sequence,
                                 .flags = wire::tcp_flag::kSyn,
                                 .window = 1025,
                                 .options = settings.probes.tcp_options};
  RC_ASSERT(wire::TcpView::parse(packet->transport)->header() == expected);
  RC_ASSERT(packet->transport.size() == expected.length());
}

TEST(TcpSyn, WritesTheFullTimestamp) {
  FrameSettings settings = kRawIp;
  settings.probes.tcp_options.timestamp = wire::TcpTimestamp{.value = 0x12345678};
  const Flow flow{.target = test::ip("10.0.0.2"), .source = {test::ip("10.0.0.1"), 40000}};
  const auto bytes = syn(settings, flow, 1);
  EXPECT_EQ(load_be<std::uint32_t>(bytes, 42), 0x12345678u);
}

// The specified lengths: Ethernet frames of 58 and 78 bytes for a SYN, of 60 and 74 for a RST.
TEST(TcpSyn, PadsOnlyResetsAndThemOnlyOverEthernetAndIpv4) {
  FrameSettings with_mss = kEthernet;
  with_mss.probes.tcp_options.mss = 1460;
  const Flow v4{.target = test::ip("10.0.0.2"), .source = {test::ip("10.0.0.1"), 40000}};
  const Flow v6{.target = test::ip("fd00::2"), .source = {test::ip("fd00::1"), 40000}};
  EXPECT_EQ(syn(with_mss, v4, 1).size(), 58u);
  EXPECT_EQ(syn(with_mss, v6, 1).size(), 78u);
  EXPECT_EQ(reset(kEthernet, v4, 1).size(), 60u);
  EXPECT_EQ(reset(kEthernet, v6, 1).size(), 74u);
  EXPECT_EQ(reset(kRawIp, v4, 1).size(), 40u);
  const auto padded = reset(kEthernet, v4, 1);
  EXPECT_EQ(Buffer(padded.begin() + 54, padded.end()), Buffer(6));
}

RC_GTEST_PROP(TcpSyn, WritesResetsOfNothingButTheSequence, ()) {
  const Flow flow = any_flow();
  const auto acknowledgment = test::any<std::uint32_t>();
  const auto frame = reset(kEthernet, flow, acknowledgment);
  const auto packet = wire::Packet::parse(frame, net::LinkLayer::kEthernet);
  RC_ASSERT(packet.has_value());
  RC_ASSERT(packet->checksums_ok());
  const wire::TcpHeader expected{.source_port = flow.source.port,
                                 .destination_port = flow.port.number,
                                 .sequence = acknowledgment,
                                 .flags = wire::tcp_flag::kRst};
  RC_ASSERT(wire::TcpView::parse(packet->transport)->header() == expected);
  RC_ASSERT(packet->transport.size() == wire::TcpHeader::kMinLength);
}

// Returns what is read from an answer to a SYN with sequence number 1000 and an MSS.
Reply read(wire::TcpHeader header) {
  header.acknowledgment = 1001;
  header.flags = wire::tcp_flag::kSyn | wire::tcp_flag::kAck;
  Buffer segment(header.length());
  header.emit(segment, test::ip("10.0.0.2"), test::ip("10.0.0.1"));
  wire::Packet packet;
  packet.transport = segment;
  return kTcpSyn.read_reply(packet, {.tcp_options = {.mss = 1460}}).verdict.reply;
}

TEST(TcpSyn, SuspectsASynAckThatNoOrdinaryTcpSends) {
  using record::Suspect;
  const wire::TcpOptions options{.mss = 1460};
  const std::pair<wire::TcpHeader, Suspect> cases[] = {
      {{.sequence = 7, .window = 65535, .options = options}, Suspect::kNone},
      {{.sequence = 7, .window = 1, .options = {.sack_permitted = true}}, Suspect::kNone},
      {{.sequence = 7, .window = 0, .options = options}, Suspect::kZeroWindow},
      {{.sequence = 7, .window = 65535}, Suspect::kNoOptions},
      {{.sequence = 0, .window = 65535, .options = options}, Suspect::kCopiedIsn},
      {{.sequence = 1000, .window = 65535, .options = options}, Suspect::kCopiedIsn},
      {{.sequence = 1001, .window = 65535, .options = options}, Suspect::kCopiedIsn},
  };
  for (const auto& [header, suspect] : cases) {
    EXPECT_EQ(read(header).suspect, suspect) << header.sequence << ' ' << header.window;
  }
}

TEST(TcpSyn, TellsStacksApartByWindowAndOptions) {
  const wire::TcpHeader one{.sequence = 7, .window = 65535, .options = {.mss = 1460}};
  wire::TcpHeader other = one;
  other.sequence = 8;
  EXPECT_EQ(read(one).stack_hash, read(other).stack_hash);
  EXPECT_NE(read(one).isn_hash, read(other).isn_hash);
  other.window = 65160;
  EXPECT_NE(read(one).stack_hash, read(other).stack_hash);
  other = one;
  other.options.window_scale = 7;
  EXPECT_NE(read(one).stack_hash, read(other).stack_hash);
}

}  // namespace
}  // namespace masscan::probe
