#include "probe/udp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "payloads/payload.h"
#include "probe/probe_writer.h"
#include "probe/recogniser.h"
#include "protocols/udp_table.h"
#include "support/exchange.h"
#include "support/golden.h"
#include "support/packet_builder.h"
#include "wire/packet.h"
#include "wire/udp.h"

namespace masscan::probe {
namespace {

using test::Buffer;

const payloads::PayloadSet& all_payloads() {
  static const payloads::PayloadSet set(protocols::udp_protocols(), true);
  return set;
}

const ProbeSettings kWithPayloads{.payloads = &all_payloads()};

class Udp : public testing::TestWithParam<std::pair<const char*, const char*>>,
            protected test::Exchange {
 protected:
  Udp() : Exchange(GetParam().first, GetParam().second, kinds(), kWithPayloads) {}

  // The datagram to a port, with the cookie's right source.
  Buffer probe(std::uint16_t port, unsigned request) const {
    const Flow flow = flow_of(port);
    return test::stamped(kUdp.prepare({.link = net::LinkLayer::kRawIp, .probes = kWithPayloads},
                                      ours_.family(), flow.port, request),
                         flow, carried_by(flow));
  }
  Flow flow_of(std::uint16_t number) const { return flow_to({net::Transport::kUdp, number}); }
  // A datagram from the target to the source of this flow.
  Buffer answer(const Flow& flow, std::uint16_t from, std::string_view payload) const {
    Buffer datagram(wire::UdpHeader::kLength + payload.size());
    std::ranges::copy(as_bytes(payload), datagram.begin() + wire::UdpHeader::kLength);
    wire::UdpHeader{from, flow.source.port}.emit(datagram, target_, ours_);
    return test::packet().ip(target_, ours_).transport(wire::Protocol::kUdp, datagram).bytes();
  }
};

INSTANTIATE_TEST_SUITE_P(Families, Udp,
                         testing::Values(std::pair{"10.60.0.122", "10.50.11.7"},
                                         std::pair{"fd00:60::122", "fd00:50::b:1"}));

// Tokens stand at odd offsets too, where a checksum counts their bytes in the other half of a word.
TEST_P(Udp, SendsEveryRequestWithItsTokenAndARightChecksum) {
  for (std::uint32_t number = 0; number < 65536; ++number) {
    const auto port = static_cast<std::uint16_t>(number);
    const auto requests = all_payloads().requests(port);
    if (requests.front().payload.empty() && port > 1) continue;
    const std::uint32_t carried = carried_by(flow_of(port));
    for (unsigned i = 0; i < requests.size(); ++i) {
      const Buffer bytes = probe(port, i);
      const auto packet = wire::Packet::parse(bytes, net::LinkLayer::kRawIp);
      ASSERT_TRUE(packet);
      EXPECT_TRUE(packet->checksums_ok()) << port << ' ' << requests[i].name;
      std::string expected(requests[i].payload);
      if (requests[i].token_bits != 0) {
        const auto memory = std::as_writable_bytes(std::span(expected));
        const auto word = load_be<std::uint32_t>(memory, requests[i].token_at);
        store_be(memory, requests[i].token_at,
                 (word & ~requests[i].token_bits) | (carried & requests[i].token_bits));
      }
      EXPECT_EQ(as_text(wire::UdpView::parse(packet->transport)->payload()), expected);
    }
  }
}

// Its own, even if another port's payload comes first.
TEST(UdpWriter, GivesEachPortItsPayload) {
  payloads::PayloadSet set({}, false);
  std::vector<payloads::Payload> own;
  own.push_back(payloads::parse_payload_option("0:aabb").value());
  own.push_back(payloads::parse_payload_option("7:cc").value());
  ASSERT_TRUE(set.replace(std::move(own)));
  const Kind* const kind = &kUdp;
  const ProbeWriter writer({&kind, 1},
                           {.link = net::LinkLayer::kRawIp, .probes = {.payloads = &set}},
                           InstructionSet::kScalar);
  const SourceSet sources({{test::ip("10.0.0.1"), test::ip("10.0.0.1")}}, {40000, 40015});
  const std::array ports = {net::Port{net::Transport::kUdp, 9}, net::Port{net::Transport::kUdp, 7},
                            net::Port{net::Transport::kUdp, 0}};
  const std::array<net::Family, 3> families{};
  const std::array<std::uint64_t, 3> zeros{};
  std::array<Buffer, 3> buffers;
  std::array<net::TxFrame, 3> slots;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    buffers[i].resize(PreparedFrame::kMaxLength);
    slots[i].buffer = buffers[i];
  }
  writer.write(sources, {}, {families, zeros, zeros, ports}, zeros, 0, slots);
  EXPECT_EQ(slots[0].length, 28u);
  EXPECT_EQ(slots[1].length, 29u);
  EXPECT_EQ(slots[2].length, 30u);
}

TEST_P(Udp, TakesAnAnswerToTheChosenPortOnly) {
  const Flow flow = flow_of(9999);
  const Buffer hello = answer(flow, 9999, "hello");
  const Verdict verdict = recognise(hello);
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply.state, record::PortState::kOpen);
  EXPECT_EQ(verdict.reply.cause, record::Cause::kUdpResponse);
  EXPECT_EQ(verdict.reply.flow, flow);
  EXPECT_EQ(as_text(verdict.payload), "hello");
  Flow elsewhere = flow;
  elsewhere.source.port ^= 1;
  EXPECT_EQ(recognise(answer(elsewhere, 9999, "hello")).kind, Verdict::Kind::kForeign);
}

TEST_P(Udp, TakesAnAnswerWithTheRightTokenOnly) {
  const Flow flow = flow_of(53);
  const std::uint32_t carried = carried_by(flow);
  std::string refused("\0\0\x81\x05\0\0\0\0\0\0\0\0", 12);
  refused[0] = static_cast<char>(carried >> 24);
  refused[1] = static_cast<char>(carried >> 16);
  EXPECT_EQ(recognise(answer(flow, 53, refused)).kind, Verdict::Kind::kReply);
  refused[1] ^= 1;
  EXPECT_EQ(recognise(answer(flow, 53, refused)).kind, Verdict::Kind::kForeign);
}

TEST_P(Udp, TakesTftpFromAnyPortAndNothingElse) {
  const std::string_view error("\0\5\0\1no\0", 7);
  const Verdict verdict = recognise(answer(flow_of(69), 51515, error));
  ASSERT_EQ(verdict.kind, Verdict::Kind::kReply);
  EXPECT_EQ(verdict.reply.flow.port.number, 69);
  EXPECT_NE(recognise(answer(flow_of(9999), 51515, "hello")).kind, Verdict::Kind::kReply);
}

TEST_P(Udp, IsClosedByThePortUnreachableOfTheTargetAndFilteredByOthers) {
  const bool is_v4 = ours_.is_v4();
  const auto state_by = [&](const net::IpAddress& from, std::uint8_t code, std::size_t quoted) {
    const Buffer bytes = probe(53, 0);
    const auto type = static_cast<std::uint8_t>(is_v4 ? 3 : 1);
    const Buffer error = test::packet()
                             .ip(from, ours_)
                             .icmp({.type = type, .code = code}, Bytes(bytes).first(quoted))
                             .bytes();
    const Verdict verdict = recognise(error);
    EXPECT_EQ(verdict.kind, Verdict::Kind::kReply);
    return verdict.reply;
  };
  const std::size_t ip = is_v4 ? 20 : 40;
  const auto no_port = static_cast<std::uint8_t>(is_v4 ? 3 : 4);
  for (const std::size_t quoted : {ip + 8, probe(53, 0).size()}) {
    EXPECT_EQ(state_by(target_, no_port, quoted).state, record::PortState::kClosed);
    const net::IpAddress router = is_v4 ? test::ip("10.99.0.1") : test::ip("fd00:99::1");
    const Reply by_router = state_by(router, no_port, quoted);
    EXPECT_EQ(by_router.state, record::PortState::kFiltered);
    EXPECT_EQ(by_router.cause, record::Cause::kPortUnreachable);
  }
}

// Where our requests are not the reference's, and why.
const std::map<std::uint16_t, std::string_view> kOtherRequests = {
    {53, "the bit AD, which means nothing in a question about CHAOS, is not set"},
    {111, "version 0 is asked for, which nobody has, so the answer names those that are there"},
    {123, "the time is asked for; the monlist amplifies"},
    {161, "the names of the variables are encoded as they must be"},
    {500, "newer algorithms are offered, and a cookie that is not zero"},
    {1434, "the reference has no request"},
    {1900, "the root device is asked for; all devices amplify"},
    {5060, "the message is whole, and of our names"},
    {5353, "the reference has no request"},
    {10001, "the reference has no request"},
    {11211, "the version is asked for; the statistics amplify"},
    {16464, "the botnet is gone"},
    {27015, "the reference has no request"},
};

// A token is what the cookie decides.
bool is_same_but_for_token(const banner::UdpRequest& ours, std::string_view reference) {
  std::string expected(ours.payload);
  if (expected.size() != reference.size()) return false;
  if (ours.token_bits != 0) {
    const auto memory = std::as_writable_bytes(std::span(expected));
    const auto word = load_be<std::uint32_t>(memory, ours.token_at);
    const auto token = load_be<std::uint32_t>(as_bytes(reference), ours.token_at);
    store_be(memory, ours.token_at, (word & ~ours.token_bits) | (token & ours.token_bits));
  }
  return expected == reference;
}

// With the reference's payload, our frame is the reference's in every byte. The identification of
// IPv4 tells the only part of its cookie that is needed.
TEST(UdpProbe, IsTheReferencesByteForByte) {
  std::size_t probes = 0;
  for (const char* capture : {"udp.head.pcap", "udp-more.head.pcap", "udp6.head.pcap"}) {
    for (const auto& frame : test::golden_pcap(capture)) {
      const auto packet = wire::Packet::parse(frame, wire::Link::kEthernet);
      if (!packet || packet->protocol != wire::Protocol::kUdp) continue;
      const auto datagram = wire::UdpView::parse(packet->transport);
      const wire::UdpHeader header = datagram->header();
      if (header.source_port != 40000) continue;
      const std::uint16_t port = header.destination_port;
      const std::string_view payload = as_text(datagram->payload());
      payloads::PayloadSet set({}, false);
      ASSERT_TRUE(set.replace({{"reference", std::string(payload), {{port, port}}}}));
      const Flow flow{.target = packet->destination,
                      .port = {net::Transport::kUdp, port},
                      .source = {packet->source, header.source_port}};
      const FrameSettings settings{.source_mac = packet->source_mac, .probes = {.payloads = &set}};
      std::uint32_t cookie = 0;
      if (packet->source.is_v4()) {
        cookie = (load_be<std::uint16_t>(packet->network, 4) ^ port ^ flow.target.low()) & 0xffff;
      }
      const auto prepared = kUdp.prepare(settings, flow.target.family(), flow.port, 0);
      EXPECT_EQ(test::stamped(prepared, flow, cookie), frame) << port;
      const bool is_asked = std::ranges::any_of(all_payloads().requests(port),
                                                [payload](const banner::UdpRequest& request) {
                                                  return is_same_but_for_token(request, payload);
                                                });
      EXPECT_NE(is_asked, kOtherRequests.contains(port)) << port;
      ++probes;
    }
  }
  EXPECT_EQ(probes, 27u);
}

}  // namespace
}  // namespace masscan::probe
