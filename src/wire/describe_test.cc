#include "wire/describe.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "support/arbitrary.h"
#include "support/packet_builder.h"
#include "wire/arp.h"
#include "wire/icmpv6.h"
#include "wire/sctp.h"

namespace masscan::wire {
namespace {

const net::MacAddress kOurs = test::mac("020000000001");
const net::MacAddress kTheirs = test::mac("020000000002");

test::PacketBuilder to_them(const char* source = "10.0.0.1", const char* destination = "10.1.0.5") {
  return test::packet().ethernet(kTheirs, kOurs).ip(test::ip(source), test::ip(destination));
}

std::string described(const test::PacketBuilder& packet) {
  return describe(packet.bytes(), Link::kEthernet);
}

const TcpHeader kSyn{.source_port = 61000,
                     .destination_port = 80,
                     .sequence = 1,
                     .flags = tcp_flag::kSyn,
                     .window = 1024,
                     .options = {.mss = 1460}};

test::Buffer arp(const ArpMessage& message) {
  const EthernetHeader header{.destination = kTheirs, .source = kOurs, .type = EtherType::kArp};
  test::Buffer frame = test::emitted(header, EthernetHeader::kLength);
  const test::Buffer body = test::emitted(message, ArpMessage::kLength);
  frame.insert(frame.end(), body.begin(), body.end());
  return frame;
}

template <typename Message>
test::PacketBuilder ndp(const Message& message, const char* source, const char* destination) {
  test::Buffer bytes(message.length());
  message.emit(bytes, test::ip(source).v6(), test::ip(destination).v6());
  return to_them(source, destination).ttl(255).transport(Protocol::kIcmpv6, bytes);
}

TEST(Describe, TellsASynAsNmapDoes) {
  EXPECT_EQ(described(to_them().tcp(kSyn)),
            "TCP 10.0.0.1:61000 > 10.1.0.5:80 S ttl=64 id=0 iplen=44 seq=1 win=1024 <mss 1460>");
}

TEST(Describe, TellsAddressesOfIpv6WithBrackets) {
  EXPECT_EQ(described(to_them("fd00::1", "fd00::2").tcp(kSyn)),
            "TCP [fd00::1]:61000 > [fd00::2]:80 S hopl=64 flow=0 payloadlen=24 seq=1 win=1024 "
            "<mss 1460>");
}

TEST(Describe, TellsTheFirstChunkOfSctp) {
  test::Buffer bytes(32);
  store_be(bytes, 12, std::uint32_t{0x01000014});
  store_be(bytes, 16, std::uint32_t{7});
  SctpHeader{61000, 36412}.emit(bytes);
  EXPECT_EQ(described(to_them().transport(Protocol::kSctp, bytes)),
            "SCTP 10.0.0.1:61000 > 10.1.0.5:36412 INIT ttl=64 id=0 iplen=52 vtag=0 itag=7");
  bytes[12] = std::byte{6};
  EXPECT_EQ(described(to_them().transport(Protocol::kSctp, bytes)),
            "SCTP 10.0.0.1:61000 > 10.1.0.5:36412 ABORT ttl=64 id=0 iplen=52 vtag=0");
  bytes.resize(14);
  EXPECT_EQ(described(to_them().transport(Protocol::kSctp, bytes)),
            "SCTP 10.0.0.1:61000 > 10.1.0.5:36412 cut short ttl=64 id=0 iplen=34");
}

TEST(Describe, TellsFlagsAndOptions) {
  TcpHeader header = kSyn;
  header.flags = 0x3f;
  header.options = {.mss = 1400,
                    .sack_permitted = true,
                    .window_scale = 7,
                    .timestamp = TcpTimestamp{.value = 5, .echo = 6}};
  EXPECT_EQ(described(to_them().tcp(header)),
            "TCP 10.0.0.1:61000 > 10.1.0.5:80 SFRPAU ttl=64 id=0 iplen=60 seq=1 win=1024 <mss "
            "1400,sackOK,wscale 7,timestamp 5 6>");
  header.flags = 0;
  header.options = {};
  EXPECT_EQ(described(to_them().tcp(header)),
            "TCP 10.0.0.1:61000 > 10.1.0.5:80 none ttl=64 id=0 iplen=40 seq=1 win=1024");
}

TEST(Describe, TellsWhatAnIcmpErrorIsAbout) {
  const test::Buffer cause =
      test::packet().ip(test::ip("10.0.0.1"), test::ip("10.1.0.5")).tcp(kSyn).bytes();
  EXPECT_EQ(described(to_them("10.9.9.9", "10.0.0.1").icmp({.type = 3, .code = 13}, cause)),
            "ICMP 10.9.9.9 > 10.0.0.1 type=3 code=13 ttl=64 id=0 iplen=72 about TCP "
            "10.0.0.1:61000 > 10.1.0.5:80");
  EXPECT_EQ(described(to_them("10.9.9.9", "10.0.0.1").icmp({.type = 0, .code = 0})),
            "ICMP 10.9.9.9 > 10.0.0.1 type=0 code=0 ttl=64 id=0 iplen=28");
}

TEST(Describe, TellsArp) {
  ArpMessage message{.operation = ArpMessage::Operation::kRequest,
                     .sender_mac = kOurs,
                     .sender = net::Ipv4Address(0x0a000001),
                     .target = net::Ipv4Address(0x0a000002)};
  EXPECT_EQ(describe(arp(message), Link::kEthernet), "ARP who-has 10.0.0.2 tell 10.0.0.1");
  message.operation = ArpMessage::Operation::kReply;
  EXPECT_EQ(describe(arp(message), Link::kEthernet), "ARP reply 10.0.0.1 is-at 02:00:00:00:00:01");
}

TEST(Describe, TellsNeighborDiscovery) {
  const NeighborSolicitation question{.target = test::ip("fd00::2").v6(), .source_mac = kOurs};
  EXPECT_EQ(described(ndp(question, "fd00::1", "ff02::1:ff00:2")),
            "NDP fd00::1 > ff02::1:ff00:2 who-has fd00::2 hopl=255 flow=0 payloadlen=32");
  const NeighborAdvertisement answer{.target = test::ip("fd00::2").v6(), .target_mac = kTheirs};
  EXPECT_EQ(described(ndp(answer, "fd00::2", "fd00::1")),
            "NDP fd00::2 > fd00::1 reply fd00::2 is-at 02:00:00:00:00:02 hopl=255 flow=0 "
            "payloadlen=32");
}

TEST(Describe, NamesWhatItDoesNotKnow) {
  EXPECT_EQ(described(to_them().transport(Protocol{47}, {})),
            "IP 10.0.0.1 > 10.1.0.5 proto=47 ttl=64 id=0 iplen=20");
  EXPECT_EQ(described(to_them().transport(Protocol::kTcp, {})),
            "TCP 10.0.0.1 > 10.1.0.5 cut short ttl=64 id=0 iplen=20");
  test::Buffer other = to_them().tcp(kSyn).bytes();
  other[12] = std::byte{0x88};
  other[13] = std::byte{0xcc};
  EXPECT_EQ(describe(other, Link::kEthernet),
            "02:00:00:00:00:01 > 02:00:00:00:00:02 type=0x88cc length=58");
  EXPECT_EQ(describe(Bytes(other).first(13), Link::kEthernet), "13 bytes");
  EXPECT_EQ(describe({}, Link::kRawIp), "0 bytes");
}

// Of the network's making, and shown to a terminal.
RC_GTEST_PROP(Describe, IsOnePrintableLineWhateverTheFrameHolds, ()) {
  test::Buffer frame = to_them().tcp(kSyn).bytes();
  for (int changes = *rc::gen::inRange(0, 4); changes > 0; --changes) {
    frame[*rc::gen::inRange<std::size_t>(0, frame.size())] = std::byte{test::any<std::uint8_t>()};
  }
  const bool is_cut = *rc::gen::inRange(0, 4) == 0;
  if (is_cut) frame.resize(*rc::gen::inRange<std::size_t>(0, frame.size() + 1));
  for (const Link link : {Link::kEthernet, Link::kRawIp}) {
    const std::string line = describe(frame, link);
    RC_ASSERT(!line.empty() && line.size() < 300);
    RC_ASSERT(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
  }
}

}  // namespace
}  // namespace masscan::wire
