#include "wire/udp.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/packet_builder.h"
#include "wire/packet.h"

namespace masscan::wire {
namespace {

using test::Buffer;

const net::IpAddress kOurs = test::ip("10.0.0.1");
const net::IpAddress kTheirs = test::ip("10.0.0.2");

Buffer datagram(std::string_view payload, UdpHeader header = {1234, 53}) {
  Buffer bytes(UdpHeader::kLength + payload.size());
  std::ranges::copy(as_bytes(payload), bytes.begin() + UdpHeader::kLength);
  header.emit(bytes, kOurs, kTheirs);
  return bytes;
}

Packet in_packet(const Buffer& datagram, Buffer& memory) {
  memory = test::packet().ip(kOurs, kTheirs).transport(Protocol::kUdp, datagram).bytes();
  return *Packet::parse(memory, net::LinkLayer::kRawIp);
}

TEST(Udp, ReadsWhatItWrote) {
  const Buffer bytes = datagram("hello");
  const auto view = UdpView::parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header(), (UdpHeader{1234, 53}));
  EXPECT_EQ(as_text(view->payload()), "hello");
  Buffer memory;
  EXPECT_TRUE(in_packet(bytes, memory).checksums_ok());
}

TEST(Udp, SendsAChecksumOfZeroAsItsComplement) {
  for (std::uint32_t port = 0; port < 65536; ++port) {
    const Buffer bytes = datagram("", {static_cast<std::uint16_t>(port), 53});
    const std::uint16_t checksum = UdpView::parse(bytes)->checksum();
    ASSERT_NE(checksum, 0);
    Buffer memory;
    if (checksum == 0xffff) EXPECT_TRUE(in_packet(bytes, memory).checksums_ok());
  }
}

TEST(Udp, TakesADatagramWithoutChecksumOverIpv4) {
  Buffer bytes = datagram("hello");
  store_be(MutableBytes(bytes), 6, std::uint16_t{0});
  Buffer memory;
  EXPECT_TRUE(in_packet(bytes, memory).checksums_ok());
  store_be(MutableBytes(bytes), 6, std::uint16_t{1});
  EXPECT_FALSE(in_packet(bytes, memory).checksums_ok());
}

TEST(Udp, RefusesLengthsThatDoNotFit) {
  for (const std::uint16_t length : {0, 7, 14, 65535}) {
    Buffer bytes = datagram("hello");
    store_be(MutableBytes(bytes), 4, length);
    EXPECT_FALSE(UdpView::parse(bytes)) << length;
  }
  for (std::size_t size = 0; size < UdpHeader::kLength; ++size) {
    EXPECT_FALSE(UdpView::parse_quoted(Bytes(datagram("")).first(size)));
  }
}

TEST(Udp, LeavesPaddingOut) {
  Buffer bytes = datagram("hello");
  bytes.resize(60);
  EXPECT_EQ(as_text(UdpView::parse(bytes)->payload()), "hello");
}

}  // namespace
}  // namespace masscan::wire
