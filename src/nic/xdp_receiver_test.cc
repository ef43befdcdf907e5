#include "nic/xdp_receiver.h"

#include <gtest/gtest.h>

#include "nic/af_packet.h"
#include "nic/test_cable.h"

namespace masscan::nic {
namespace {

constexpr net::PortRange kPorts{40000, 40003};
constexpr net::Ipv4Address kOurs(0x0a000001);
constexpr std::size_t kSynBytes = 54;  // Ethernet, IPv4 and TCP headers
constexpr std::size_t kNumberAt = 38;  // TCP sequence number: tells frames apart

class XdpReceiverTest : public TestCable {
 protected:
  std::unique_ptr<XdpTap> open_tap(XdpTapConfig config = {}) {
    config.interface = "left";
    config.sources = {{kOurs, kOurs}};
    auto tap = XdpTap::open(config);
    EXPECT_TRUE(tap) << (tap ? "" : tap.error().message);
    return std::move(tap).value();
  }

  static std::unique_ptr<XdpReceiver> open_receiver(XdpTap& tap, std::size_t ring_bytes = 1 << 20) {
    auto receiver = XdpReceiver::open({.tap = tap, .ports = kPorts, .ring_bytes = ring_bytes});
    EXPECT_TRUE(receiver) << (receiver ? "" : receiver.error().message);
    return std::move(receiver).value();
  }

  std::unique_ptr<AfPacket> open_sender() {
    return on_right([] {
      return std::move(AfPacket::open({.interface = "right", .ports = {1, 1}})).value();
    });
  }
};

void write_reply(MutableBytes frame, std::uint16_t port, std::uint32_t number) {
  std::ranges::fill(frame.first(kSynBytes), std::byte{0});
  std::ranges::fill(frame.first(6), std::byte{0xff});
  store_be<std::uint16_t>(frame, 12, 0x0800);
  store_be<std::uint16_t>(frame, 14, 0x4500);
  store_be<std::uint16_t>(frame, 16, 40);
  store_be<std::uint16_t>(frame, 22, 0x4006);  // TTL 64, TCP
  store_be<std::uint32_t>(frame, 30, kOurs.number());
  store_be<std::uint16_t>(frame, 36, port);
  store_be<std::uint32_t>(frame, kNumberAt, number);
}

// Sends `count` frames numbered from `first`, as they fit.
void send(QueuePair& queue, std::uint32_t count, std::uint32_t first = 0) {
  while (count > 0) {
    const std::span<TxFrame> frames = queue.reserve(count);
    for (TxFrame& frame : frames) {
      write_reply(frame.buffer, kPorts.first, first++);
      frame.length = kSynBytes;
    }
    queue.submit(frames.size());
    count -= static_cast<std::uint32_t>(frames.size());
  }
}

TEST_F(XdpReceiverTest, DeliversEveryFrameInOrder) {
  const auto tap = open_tap();
  EXPECT_EQ(tap->mode(), XdpTap::Mode::kNative);
  const auto receiver = open_receiver(*tap);
  const auto sender = open_sender();
  constexpr std::uint32_t kFrames = 20000;
  constexpr std::uint32_t kAtOnce = 4000;
  std::uint32_t next = 0;
  for (std::uint32_t i = 0; i < kFrames; i += kAtOnce) {
    send(*sender, kAtOnce, i);
    while (next < i + kAtOnce && is_readable(receiver->poll_fd(), 1s)) {
      for (const RxFrame& frame : receiver->receive()) {
        ASSERT_EQ(frame.bytes.size(), kSynBytes);
        ASSERT_EQ(load_be<std::uint32_t>(frame.bytes, kNumberAt), next++);
      }
      receiver->release();
    }
  }
  QueueCounters counters;
  receiver->count_into(counters);
  EXPECT_EQ(counters.received, kFrames);
  EXPECT_EQ(counters.kernel_drops, 0u);
}

}  // namespace
}  // namespace masscan::nic
