#include "wire/sctp.h"

#include <gtest/gtest.h>

#include "support/golden.h"
#include "support/packet_builder.h"
#include "wire/packet.h"

namespace masscan::wire {
namespace {

using test::Buffer;

// An INIT ACK of the smallest length.
Buffer init_ack(std::size_t length = 32) {
  Buffer packet(length);
  packet[12] = std::byte{sctp_chunk::kInitAck};
  if (length >= 20) store_be(packet, 16, std::uint32_t{0x11223344});
  SctpHeader{36412, 61000, 7}.emit(packet);
  return packet;
}

TEST(Sctp, ReadsWhatItWrote) {
  const Buffer packet = init_ack();
  const auto view = SctpView::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header(), (SctpHeader{36412, 61000, 7}));
  EXPECT_TRUE(view->is_checksum_right());
  EXPECT_EQ(view->chunk_type(), sctp_chunk::kInitAck);
  EXPECT_EQ(view->initiate_tag(), 0x11223344u);
}

TEST(Sctp, NeedsTheHeaderOfAChunk) {
  EXPECT_FALSE(SctpView::parse(init_ack(15)));
  EXPECT_TRUE(SctpView::parse(init_ack(16)));
}

TEST(Sctp, HasNoTagInOtherChunksOrBehindTheEnd) {
  EXPECT_FALSE(SctpView::parse(init_ack(19))->initiate_tag());
  EXPECT_TRUE(SctpView::parse(init_ack(20))->initiate_tag());
  Buffer abort = init_ack();
  abort[12] = std::byte{sctp_chunk::kAbort};
  EXPECT_FALSE(SctpView::parse(abort)->initiate_tag());
}

TEST(Sctp, TellsAnUnfinishedChecksumFromAWrongOne) {
  for (const bool is_v4 : {true, false}) {
    auto frame =
        test::packet()
            .ip(test::ip(is_v4 ? "10.0.0.2" : "fd00::2"), test::ip(is_v4 ? "10.0.0.1" : "fd00::1"))
            .transport(Protocol::kSctp, init_ack())
            .bytes();
    const auto packet = Packet::parse(frame, Link::kRawIp);
    EXPECT_TRUE(packet->checksums_ok());
    EXPECT_FALSE(packet->has_unfinished_checksum());
    frame.back() ^= std::byte{1};
    EXPECT_FALSE(packet->checksums_ok());
    EXPECT_FALSE(packet->has_unfinished_checksum());
    store_be(MutableBytes(frame).subspan(is_v4 ? 28 : 48), 0, std::uint32_t{0});
    EXPECT_FALSE(packet->checksums_ok());
    EXPECT_TRUE(packet->has_unfinished_checksum());
  }
}

TEST(Sctp, TooShortHasNoRightChecksum) {
  const auto frame = test::packet()
                         .ip(test::ip("10.0.0.2"), test::ip("10.0.0.1"))
                         .transport(Protocol::kSctp, init_ack(15))
                         .bytes();
  EXPECT_FALSE(Packet::parse(frame, Link::kRawIp)->checksums_ok());
  EXPECT_FALSE(Packet::parse(frame, Link::kRawIp)->has_unfinished_checksum());
}

TEST(Sctp, OfTheReferenceHasRightChecksums) {
  std::size_t packets = 0;
  for (const char* capture : {"sctp.head.pcap", "sctp6.head.pcap"}) {
    for (const auto& frame : test::golden_pcap(capture)) {
      const auto packet = Packet::parse(frame, Link::kEthernet);
      if (!packet || packet->protocol != Protocol::kSctp) continue;
      EXPECT_TRUE(packet->checksums_ok());
      ++packets;
    }
  }
  EXPECT_EQ(packets, 17u);  // nine probes, eight of which were answered
}

}  // namespace
}  // namespace masscan::wire
