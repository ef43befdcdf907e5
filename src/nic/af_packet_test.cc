#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "base/file.h"
#include "nic/af_packet_receiver.h"
#include "nic/af_packet_sender.h"
#include "nic/duplex.h"
#include "nic/interface_drops.h"
#include "nic/test_patterns.h"

namespace masscan::nic {
namespace {

constexpr net::PortRange kPorts{40000, 40003};
constexpr std::size_t kSynBytes = 54;  // Ethernet, IPv4 and TCP headers
constexpr std::size_t kNumberAt = 38;  // TCP sequence number: identifies frames

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

// Each test has its own network: loopback, and a veth pair from `left` to `right`.
class AfPacketTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "cannot make a network namespace: " << last_system_error() << "; run as root";
    }
    // Without IPv6, the kernel sends nothing by itself on these links.
    ASSERT_TRUE(run("echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"));
    ASSERT_TRUE(run("ip link set lo up"));
    ASSERT_TRUE(run("ip link add left type veth peer name right"));
    ASSERT_TRUE(run("ip link set left up && ip link set right up"));
  }

  static std::unique_ptr<QueuePair> open(AfPacketReceiverConfig config) {
    config.patterns = {kTcpPatterns};
    config.ports = kPorts;
    auto sender =
        AfPacketSender::open({.interface = config.interface, .link_layer = config.link_layer});
    auto receiver = AfPacketReceiver::open(config);
    EXPECT_TRUE(sender) << (sender ? "" : sender.error().message);
    EXPECT_TRUE(receiver) << (receiver ? "" : receiver.error().message);
    std::vector<std::unique_ptr<Sender>> senders;
    senders.push_back(std::move(sender).value());
    return std::make_unique<Duplex>(config.link_layer, std::move(senders),
                                    std::move(receiver).value());
  }
};

void write_syn(MutableBytes frame, std::uint16_t port, std::uint32_t number) {
  std::memset(frame.data(), 0, kSynBytes);
  std::memset(frame.data(), 0xff, 6);
  store_be<std::uint16_t>(frame, 12, 0x0800);
  store_be<std::uint16_t>(frame, 14, 0x4500);
  store_be<std::uint16_t>(frame, 16, 40);
  store_be<std::uint16_t>(frame, 22, 0x4006);  // TTL 64, TCP
  store_be<std::uint16_t>(frame, 36, port);
  store_be<std::uint32_t>(frame, kNumberAt, number);
}

// Submits `count` frames numbered from `first`, in one call if there is room.
void send(QueuePair& queue, std::size_t count, std::uint16_t port = kPorts.first,
          std::uint32_t first = 0) {
  const std::span<TxFrame> frames = queue.reserve(count);
  ASSERT_EQ(frames.size(), count);
  for (TxFrame& frame : frames) {
    write_syn(frame.buffer, port, first++);
    frame.length = kSynBytes;
  }
  queue.submit(count);
}

bool is_readable(const QueuePair& queue, Duration timeout) {
  pollfd waiting{queue.poll_fd(), POLLIN, 0};
  const auto timeout_ms = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  return ::poll(&waiting, 1, static_cast<int>(timeout_ms)) == 1;
}

// Returns the numbers of the frames that arrive until there is a pause.
std::vector<std::uint32_t> receive(QueuePair& queue) {
  std::vector<std::uint32_t> numbers;
  while (is_readable(queue, 100ms)) {
    for (const RxFrame& frame : queue.receive()) {
      EXPECT_EQ(frame.bytes.size(), kSynBytes);
      numbers.push_back(load_be<std::uint32_t>(frame.bytes, kNumberAt));
    }
    queue.release();
  }
  return numbers;
}

TEST_F(AfPacketTest, DeliversEveryFrameInOrder) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right"});
  constexpr std::uint32_t kFrames = 20000;
  constexpr std::uint32_t kBatch = 200;
  for (std::uint32_t i = 0; i < kFrames; i += kBatch) send(*left, kBatch, kPorts.first, i);
  const std::vector<std::uint32_t> numbers = receive(*right);
  ASSERT_EQ(numbers.size(), kFrames);
  for (std::uint32_t i = 0; i < kFrames; ++i) ASSERT_EQ(numbers[i], i);
  EXPECT_EQ(left->counters().given, kFrames);
  EXPECT_EQ(left->counters().sent, kFrames);
  EXPECT_EQ(right->counters().received, kFrames);
  EXPECT_EQ(right->counters().kernel_drops, 0u);
}

TEST_F(AfPacketTest, ReceivesOnlyWhatTheFilterLetsThrough) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right"});
  send(*left, 1, 39999, 1);
  send(*left, 1, 40003, 2);
  EXPECT_EQ(receive(*right), std::vector<std::uint32_t>{2});
}

TEST_F(AfPacketTest, StampsFramesWithTheTimeOfCapture) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right"});
  send(*left, 1);
  ASSERT_TRUE(is_readable(*right, 1s));
  const std::span<const RxFrame> frames = right->receive();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_LT(wall_now() - frames[0].captured_at, 1s);
  EXPECT_GE(wall_now() - frames[0].captured_at, 0s);
  right->release();
}

TEST_F(AfPacketTest, KeepsRefusedFramesUntilTheyLeave) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right"});
  ASSERT_TRUE(run("ip link set right down"));  // no carrier: the driver accepts nothing
  send(*left, 3);
  left->submit(0);
  EXPECT_EQ(left->queued(), 3u);
  EXPECT_EQ(left->counters().refused, 2u);
  EXPECT_EQ(left->counters().sent, 0u);
  ASSERT_TRUE(run("ip link set right up"));
  left->submit(0);
  EXPECT_EQ(left->queued(), 0u);
  EXPECT_EQ(left->counters().sent, 3u);
  EXPECT_EQ(receive(*right), (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST_F(AfPacketTest, DiscardsATooLongFrameAndSendsTheOthers) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right"});
  const std::span<TxFrame> frames = left->reserve(3);
  for (TxFrame& frame : frames) {
    write_syn(frame.buffer, kPorts.first, 7);
    frame.length = kSynBytes;
  }
  frames[1].length = frames[1].buffer.size();
  left->submit(3);
  EXPECT_EQ(left->counters().sent, 2u);
  EXPECT_EQ(left->counters().discarded, 1u);
  EXPECT_EQ(receive(*right).size(), 2u);
}

TEST_F(AfPacketTest, KeepsFramesOfAnInterfaceThatIsDown) {
  const auto left = open({.interface = "left"});
  ASSERT_TRUE(run("ip link set left down"));
  send(*left, 3);
  EXPECT_EQ(left->queued(), 3u);
  ASSERT_TRUE(run("ip link set left up"));
  send(*left, 1);
  EXPECT_EQ(left->queued(), 0u);
  EXPECT_EQ(left->counters().sent, 4u);
  EXPECT_EQ(left->counters().discarded, 0u);
}

TEST_F(AfPacketTest, CountsFramesThatFoundTheRingFull) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right", .ring_bytes = 64 << 10});
  constexpr std::uint32_t kFrames = 5000;
  constexpr std::uint32_t kBatch = 500;
  for (std::uint32_t i = 0; i < kFrames; i += kBatch) send(*left, kBatch, kPorts.first, i);
  const std::size_t received = receive(*right).size();
  EXPECT_LT(received, kFrames);
  EXPECT_EQ(right->counters().received, received);
  EXPECT_EQ(right->counters().kernel_drops, kFrames - received);
  EXPECT_EQ(right->counters().kernel_drops, kFrames - received) << "reading must not change it";
}

TEST_F(AfPacketTest, LosesNothingWhileABusyMachineDoesNotLetItRead) {
  const auto left = open({.interface = "left"});
  const auto right = open({.interface = "right"});
  constexpr std::uint32_t kFrames = 400;
  for (std::uint32_t i = 0; i < kFrames; ++i) {
    send(*left, 1, kPorts.first, i);
    std::this_thread::sleep_for(3ms);  // each block is closed with one frame in it
  }
  EXPECT_GT(right->receive().size(), 100u) << "it would never catch up block by block";
  right->release();
  receive(*right);
  EXPECT_EQ(right->counters().received, kFrames);
  EXPECT_EQ(right->counters().kernel_drops, 0u);
}

// Makes the kernel send a SYN to one of our ports.
void connect_to_our_port() {
  const UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = byte_swap(kPorts.first);
  address.sin_addr.s_addr = byte_swap(std::uint32_t{INADDR_LOOPBACK});
  ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

TEST_F(AfPacketTest, SaysWhereTheKernelLeftOutTheChecksum) {
  const auto queue = open({.interface = "lo"});
  connect_to_our_port();
  ASSERT_TRUE(is_readable(*queue, 1s));
  const std::span<const RxFrame> frames = queue->receive();
  ASSERT_FALSE(frames.empty());
  EXPECT_FALSE(frames[0].has_checksum);
  queue->release();
}

TEST_F(AfPacketTest, DoesNotReceiveWhatThisMachineSends) {
  const auto queue = open({.interface = "lo"});
  connect_to_our_port();
  while (is_readable(*queue, 100ms)) {
    queue->receive();
    queue->release();
  }
  EXPECT_EQ(queue->counters().received, 1u) << "loopback shows it leaving and arriving";
}

TEST_F(AfPacketTest, SpeaksPlainIpOnATunnel) {
  const UniqueFd tunnel(::open("/dev/net/tun", O_RDWR | O_NONBLOCK));
  if (!tunnel.is_open()) GTEST_SKIP() << "/dev/net/tun: " << last_system_error();
  ifreq request{};
  std::strcpy(request.ifr_name, "tun0");
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  ASSERT_EQ(::ioctl(tunnel.get(), TUNSETIFF, &request), 0) << last_system_error();
  ASSERT_TRUE(run("ip link set tun0 up"));
  const auto queue = open({.interface = "tun0", .link_layer = LinkLayer::kRawIp});

  std::array<std::byte, kSynBytes> frame;
  write_syn(frame, kPorts.first, 5);
  const Bytes packet = Bytes(frame).subspan(14);
  std::ranges::copy(packet, queue->reserve(1)[0].buffer.begin());
  queue->reserve(1)[0].length = packet.size();
  queue->submit(1);
  std::array<std::byte, 2048> out;
  ASSERT_EQ(::read(tunnel.get(), out.data(), out.size()), static_cast<ssize_t>(packet.size()));
  EXPECT_TRUE(std::ranges::equal(packet, Bytes(out).first(packet.size())));

  ASSERT_EQ(::write(tunnel.get(), packet.data(), packet.size()),
            static_cast<ssize_t>(packet.size()));
  ASSERT_TRUE(is_readable(*queue, 1s));
  const std::span<const RxFrame> received = queue->receive();
  ASSERT_EQ(received.size(), 1u);
  EXPECT_TRUE(std::ranges::equal(received[0].bytes, packet));
  queue->release();
}

TEST_F(AfPacketTest, JoinsMulticastGroups) {
  const net::MacAddress group = net::MacAddress::parse("33:33:ff:00:00:02").value();
  const auto queue = open({.interface = "left", .groups = {group}});
  EXPECT_TRUE(run("ip maddress show dev left | grep -q 33:33:ff:00:00:02"));
}

TEST_F(AfPacketTest, NamesTheInterfaceItCannotOpen) {
  const std::string expected = "nosuch0: no such interface; see --iflist";
  EXPECT_EQ(AfPacketReceiver::open({.interface = "nosuch0"}).error().message, expected);
  EXPECT_EQ(AfPacketSender::open({.interface = "nosuch0"}).error().message, expected);
}

TEST_F(AfPacketTest, RefusalsAreTheDropsOfAnIdleDriver) {
  const auto left = open({.interface = "left"});
  const std::uint64_t before = interface_tx_drops("left").value();
  ASSERT_TRUE(run("ip link set right down"));
  send(*left, 1);
  for (int i = 0; i < 9; ++i) left->submit(0);
  EXPECT_EQ(left->counters().refused, 10u);
  EXPECT_EQ(interface_tx_drops("left").value() - before, 10u);
  EXPECT_FALSE(interface_tx_drops("nosuch0"));
}

}  // namespace
}  // namespace masscan::nic
