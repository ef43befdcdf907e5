#include "wire/packet.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>

#include "support/arbitrary.h"
#include "support/golden.h"
#include "support/packet_builder.h"
#include "wire/checksum.h"

namespace masscan::wire {
namespace {

const net::MacAddress kOurs = test::mac("020000000001");
const net::MacAddress kTheirs = test::mac("020000000002");

test::PacketBuilder from_them(const char* source = "10.0.0.2",
                              const char* destination = "10.0.0.1") {
  return test::packet().ethernet(kOurs, kTheirs).ip(test::ip(source), test::ip(destination));
}

// Copies the frame to memory of its exact size, so that AddressSanitizer detects reads past its
// end.
std::optional<Packet> parse_exact(Bytes frame, Link link, bool& checksums_ok) {
  const auto exact = std::make_unique<std::byte[]>(frame.size());
  std::ranges::copy(frame, exact.get());
  const auto packet = Packet::parse({exact.get(), frame.size()}, link);
  checksums_ok = packet && packet->checksums_ok();
  return packet;
}

TEST(Packet, IsTakenApartDownToTheTransport) {
  const auto frame = from_them().ttl(57).tcp({.source_port = 80}).bytes();
  const auto packet = Packet::parse(frame, Link::kEthernet);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->source_mac, kTheirs);
  EXPECT_EQ(packet->destination_mac, kOurs);
  EXPECT_EQ(packet->source, test::ip("10.0.0.2"));
  EXPECT_EQ(packet->destination, test::ip("10.0.0.1"));
  EXPECT_EQ(packet->ttl, 57);
  EXPECT_EQ(packet->protocol, Protocol::kTcp);
  EXPECT_EQ(packet->network.size(), 20u);
  EXPECT_EQ(packet->transport.size(), 20u);
}

TEST(Packet, LeavesOutTheCablesPadding) {
  auto frame = from_them().tcp({}).bytes();
  frame.resize(kMinEthernetLength, std::byte{0x55});
  const auto packet = Packet::parse(frame, Link::kEthernet);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->transport.size(), 20u);
  EXPECT_TRUE(packet->checksums_ok());
}

TEST(Packet, NeedsNoLinkLayer) {
  for (const auto& [source, destination] :
       {std::pair{"10.0.0.2", "10.0.0.1"}, {"fd00::2", "::1"}}) {
    const auto bytes = test::packet().ip(test::ip(source), test::ip(destination)).tcp({}).bytes();
    const auto packet = Packet::parse(bytes, Link::kRawIp);
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->source, test::ip(source));
    EXPECT_TRUE(packet->source_mac.is_zero());
    EXPECT_TRUE(packet->checksums_ok());
  }
}

TEST(Packet, IsNotWhatTheTypeOfTheFrameDenies) {
  auto frame = from_them().tcp({}).bytes();
  for (const EtherType type : {EtherType::kArp, EtherType::kIpv6}) {
    store_be(frame, 12, static_cast<std::uint16_t>(type));
    EXPECT_FALSE(Packet::parse(frame, Link::kEthernet));
  }
}

TEST(Packet, IsAFragmentOnlyIfItBeginsADatagram) {
  const test::Buffer beginning(64);
  const test::Buffer header = {{}, {}, std::byte{1}, {}, {}, {}, std::byte{7}};
  auto v4 = from_them().transport(Protocol::kUdp, beginning).bytes();
  store_be(v4, 20, std::uint16_t{0x2000});
  const auto v6 = from_them("fd00::2", "fd00::1")
                      .extension(Protocol::kFragment, header)
                      .transport(Protocol::kUdp, beginning)
                      .bytes();
  for (const auto& frame : {v4, v6}) {
    const auto packet = Packet::parse(frame, Link::kEthernet);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->is_fragment);
    EXPECT_EQ(packet->protocol, Protocol::kUdp);
    EXPECT_EQ(packet->transport.size(), beginning.size());
  }
  store_be(v4, 20, std::uint16_t{0x2001});
  EXPECT_FALSE(Packet::parse(v4, Link::kEthernet));
  auto segment = from_them().tcp({}).bytes();
  store_be(segment, 20, std::uint16_t{0x2000});
  EXPECT_FALSE(Packet::parse(segment, Link::kEthernet));
}

TEST(Packet, WithAnyWrongBitFailsItsChecksums) {
  const test::Buffer frames[] = {
      from_them().tcp({.options = {.mss = 1460}}, as_bytes("odd")).bytes(),
      from_them().icmp({.type = 3, .code = 1}, as_bytes("quote")).bytes(),
      from_them("fd00::2", "fd00::1").tcp({}, as_bytes("odd")).bytes(),
      from_them("fd00::2", "fd00::1").icmp({.type = 1}, as_bytes("quote")).bytes(),
  };
  for (const auto& frame : frames) {
    ASSERT_TRUE(Packet::parse(frame, Link::kEthernet)->checksums_ok());
    const bool is_v4 = Packet::parse(frame, Link::kEthernet)->source.is_v4();
    // IPv6 protects neither traffic class, flow label nor hop limit.
    for (std::size_t bit = 8 * (is_v4 ? 14 : 22); bit < 8 * frame.size(); ++bit) {
      auto changed = frame;
      changed[bit / 8] ^= std::byte(1 << bit % 8);
      bool checksums_ok = false;
      parse_exact(changed, Link::kEthernet, checksums_ok);
      EXPECT_FALSE(checksums_ok) << "bit " << bit;
    }
  }
}

// Makes the checksum field that a kernel leaves to hardware (CHECKSUM_PARTIAL).
test::Buffer unfinished(test::Buffer frame) {
  const auto packet = Packet::parse(frame, Link::kEthernet);
  Checksum sum;
  sum.add_pseudo_header(packet->source, packet->destination, packet->protocol,
                        packet->transport.size());
  const auto at = static_cast<std::size_t>(packet->transport.data() - frame.data()) + 16;
  store_be(frame, at, static_cast<std::uint16_t>(~sum.finish()));
  return frame;
}

TEST(Packet, TellsAnUnfinishedChecksumFromAWrongOne) {
  for (const auto& complete : {from_them().tcp({}, as_bytes("data")).bytes(),
                               from_them("fd00::2", "fd00::1").tcp({}, as_bytes("odd")).bytes()}) {
    EXPECT_FALSE(Packet::parse(complete, Link::kEthernet)->has_unfinished_checksum());
    const auto frame = unfinished(complete);
    const auto packet = Packet::parse(frame, Link::kEthernet);
    EXPECT_TRUE(packet->has_unfinished_checksum());
    EXPECT_FALSE(packet->checksums_ok());
    for (std::size_t bit = 0; bit < 16; ++bit) {
      auto changed = frame;
      const auto at = static_cast<std::size_t>(packet->transport.data() - frame.data()) + 16;
      changed[at + bit / 8] ^= std::byte(1 << bit % 8);
      EXPECT_FALSE(Packet::parse(changed, Link::kEthernet)->has_unfinished_checksum()) << bit;
    }
  }
}

TEST(Packet, LeavesUnfinishedOnlyWhatHardwareFinishes) {
  auto frame = unfinished(from_them().tcp({}).bytes());
  frame[22] ^= std::byte{1};  // TTL: the IPv4 header has a checksum of its own
  EXPECT_FALSE(Packet::parse(frame, Link::kEthernet)->has_unfinished_checksum());
  const auto icmp = from_them().icmp({.type = 3, .code = 1}, as_bytes("quote")).bytes();
  EXPECT_FALSE(Packet::parse(icmp, Link::kEthernet)->has_unfinished_checksum());
}

TEST(GoldenCaptures, ParseWithRightChecksums) {
  std::size_t packets = 0;
  for (const auto& frame : test::golden_pcap("syn.head.pcap")) {
    if (EthernetView::parse(frame)->type() == EtherType::kArp) continue;
    const auto packet = Packet::parse(frame, Link::kEthernet);
    ASSERT_TRUE(packet);
    EXPECT_TRUE(packet->checksums_ok());
    EXPECT_TRUE(TcpView::parse(packet->transport));
    ++packets;
  }
  EXPECT_EQ(packets, 18u);  // six targets, each SYN, answer, RST
}

TEST(GoldenCaptures, MayBeCutAnywhere) {
  for (const auto& frame : test::all_golden_frames()) {
    for (std::size_t length = 0; length <= frame.size(); ++length) {
      const Bytes cut = Bytes(frame).first(length);
      bool checksums_ok = false;
      parse_exact(cut, Link::kEthernet, checksums_ok);
      if (length >= 14) parse_exact(cut.subspan(14), Link::kRawIp, checksums_ok);
    }
  }
}

RC_GTEST_PROP(Packet, MayBeAnyBytes, ()) {
  const auto bytes = test::any_bytes(120);
  bool checksums_ok = false;
  parse_exact(bytes, Link::kRawIp, checksums_ok);
  parse_exact(bytes, Link::kEthernet, checksums_ok);
  Packet::parse_quoted(bytes);
}

}  // namespace
}  // namespace masscan::wire
