#include "nic/local_sender.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "base/bytes.h"
#include "nic/test_cable.h"

namespace masscan::nic {
namespace {

constexpr std::size_t kHeaders = 14 + 20 + 8;  // Ethernet, IPv4, UDP

class LocalSenderTest : public TestCable {
 protected:
  // Writes a datagram of one byte between two ports of the address, without a checksum.
  static void write_datagram(TxFrame& frame, net::Ipv4Address address, std::uint16_t port) {
    std::ranges::fill(frame.buffer.first(kHeaders), std::byte{0});
    store_be<std::uint16_t>(frame.buffer, 12, 0x0800);
    store_be<std::uint16_t>(frame.buffer, 14, 0x4500);
    store_be<std::uint16_t>(frame.buffer, 16, 20 + 8 + 1);
    store_be<std::uint16_t>(frame.buffer, 22, 0x4011);  // TTL 64, UDP
    store_be<std::uint32_t>(frame.buffer, 26, address.number());
    store_be<std::uint32_t>(frame.buffer, 30, address.number());
    store_be<std::uint16_t>(frame.buffer, 34, 40000);
    store_be<std::uint16_t>(frame.buffer, 36, port);
    store_be<std::uint16_t>(frame.buffer, 38, 8 + 1);
    frame.buffer[kHeaders] = std::byte{'!'};
    frame.length = kHeaders + 1;
  }

  // Expects that the kernel delivers a datagram of ours to a socket at this address.
  static void expect_delivery(net::Ipv4Address address) {
    net::SocketAddress at({address, 0});
    const UniqueFd server(::socket(AF_INET, SOCK_DGRAM, 0));
    ASSERT_EQ(::bind(server.get(), at.get(), at.length), 0);
    ASSERT_EQ(::getsockname(server.get(), at.get(), &at.length), 0);
    const auto sender = LocalSender::open().value();
    const std::span<TxFrame> frames = sender->reserve(1);
    write_datagram(frames[0], address, at.endpoint().port);
    sender->submit(1);
    ASSERT_TRUE(is_readable(server.get(), 5s));
    std::array<char, 8> text{};
    net::SocketAddress from;
    EXPECT_EQ(::recvfrom(server.get(), text.data(), text.size(), 0, from.get(), &from.length), 1);
    EXPECT_EQ(from.endpoint(), (net::Endpoint{address, 40000}));
    EXPECT_EQ(sender->counters().given, 1u);
    EXPECT_EQ(sender->counters().sent, 1u);
    EXPECT_EQ(sender->queued(), 0u);
  }
};

TEST_F(LocalSenderTest, ReachesTheLoopbackAndOurAddressOnAnotherInterface) {
  run("ip addr add 10.1.0.1/24 dev left");
  expect_delivery(net::Ipv4Address(0x7f000001));
  expect_delivery(net::Ipv4Address(0x0a010001));
}

TEST_F(LocalSenderTest, DiscardsWhatHasNoWay) {
  const auto sender = LocalSender::open().value();
  write_datagram(sender->reserve(1)[0], net::Ipv4Address(0x09090909), 80);
  sender->submit(1);
  EXPECT_EQ(sender->counters().discarded, 1u);
  EXPECT_EQ(sender->queued(), 0u);
}

}  // namespace
}  // namespace masscan::nic
