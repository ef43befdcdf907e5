#include "nic/xdp/sender.h"

#include <gmock/gmock.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <time.h>

#include <cstring>
#include <numeric>

#include "nic/af_packet_receiver.h"
#include "nic/test_cable.h"
#include "nic/test_patterns.h"
#include "nic/xdp/tap.h"

namespace masscan::nic {
namespace {

using testing::StartsWith;
using testing::UnorderedElementsAreArray;

constexpr net::PortRange kPorts{40000, 40003};
constexpr std::size_t kSynBytes = 54;  // Ethernet, IPv4 and TCP headers
constexpr std::size_t kNumberAt = 38;  // TCP sequence number: identifies frames

void write_syn(TxFrame& frame, std::uint32_t number, std::size_t length = kSynBytes) {
  const MutableBytes bytes = frame.buffer.first(length);
  std::memset(bytes.data(), static_cast<int>(number), bytes.size());
  std::memset(bytes.data(), 0xff, 6);
  store_be<std::uint16_t>(bytes, 12, 0x0800);
  store_be<std::uint16_t>(bytes, 14, 0x4500);
  store_be<std::uint16_t>(bytes, 16, static_cast<std::uint16_t>(length - 14));
  store_be<std::uint16_t>(bytes, 20, 0);
  store_be<std::uint16_t>(bytes, 22, 0x4006);  // TTL 64, TCP
  store_be<std::uint16_t>(bytes, 36, kPorts.first);
  store_be<std::uint32_t>(bytes, kNumberAt, number);
  frame.length = length;
}

std::vector<std::uint32_t> numbers_up_to(std::uint32_t count) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

Duration cpu_time() {
  timespec spent{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
}

// Polls for ten seconds, because the kernel has no event for the condition. Returns false if it
// does not become true.
template <typename Condition>
bool happens(Condition condition) {
  const Instant deadline = now() + 10s;
  while (!condition()) {
    if (now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class XdpSenderTest : public TestCable {
 protected:
  void SetUp() override {
    TestCable::SetUp();
    if (IsSkipped()) return;
    on_right([] { run("ethtool -K right gro on"); });
    tap_ = XdpTap::open({.interface = "left"}).value();
  }

  static std::unique_ptr<XdpSender> open(const std::string& interface = "left") {
    auto sender = XdpSender::open({.interface = interface});
    EXPECT_TRUE(sender) << (sender ? "" : sender.error().message);
    return std::move(sender).value();
  }
  static std::string refusal(const XdpSenderConfig& config) {
    const auto sender = XdpSender::open(config);
    return sender ? "" : sender.error().message;
  }

  std::unique_ptr<AfPacketReceiver> listen() {
    return on_right([] {
      return AfPacketReceiver::open({.interface = "right",
                                     .patterns = {kTcpPatterns},
                                     .ports = kPorts,
                                     .ring_bytes = 32 << 20})
          .value();
    });
  }

  std::unique_ptr<XdpTap> tap_;
};

// Sends frames numbered from `first`, as many as fit at a time.
void send(XdpSender& sender, std::uint32_t count, std::uint32_t first = 0) {
  const std::uint32_t end = first + count;
  const bool is_done = happens([&] {
    const std::span<TxFrame> frames = sender.reserve(end - first);
    for (TxFrame& frame : frames) write_syn(frame, first++);
    sender.submit(frames.size());
    return first == end;
  });
  EXPECT_TRUE(is_done) << "the ring stays full";
}

std::vector<Frame> receive_frames(Receiver& queue, std::size_t count) {
  std::vector<Frame> received;
  happens([&] {
    for (const RxFrame& frame : queue.receive()) {
      received.emplace_back(frame.bytes.begin(), frame.bytes.end());
    }
    queue.release();
    return received.size() >= count;
  });
  return received;
}

std::vector<std::uint32_t> receive(Receiver& queue, std::size_t count) {
  std::vector<std::uint32_t> numbers;
  for (const Frame& frame : receive_frames(queue, count)) {
    numbers.push_back(load_be<std::uint32_t>(frame, kNumberAt));
  }
  return numbers;
}

TEST_F(XdpSenderTest, DeliversEveryFrameInOrder) {
  const auto right = listen();
  const auto left = open();
  constexpr std::uint32_t kFrames = 20000;  // several times the ring's size
  send(*left, kFrames);
  EXPECT_EQ(receive(*right, kFrames), numbers_up_to(kFrames));
  EXPECT_TRUE(happens([&] { return left->queued() == 0; }));
  const QueueCounters counters = left->counters();
  EXPECT_EQ(counters.given, kFrames);
  EXPECT_EQ(counters.sent, kFrames);
  EXPECT_EQ(counters.discarded, 0u);
}

TEST_F(XdpSenderTest, SendsFramesOfAnyLength) {
  const auto right = listen();
  const auto left = open();
  constexpr std::array<std::size_t, 10> kLengths = {54,  60,  64,   65,   127,
                                                    128, 129, 1000, 1513, 1514};
  const std::span<TxFrame> frames = left->reserve(kLengths.size());
  std::vector<Frame> expected;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    write_syn(frames[i], static_cast<std::uint32_t>(i), kLengths[i]);
    const Bytes bytes = frames[i].buffer.first(kLengths[i]);
    expected.emplace_back(bytes.begin(), bytes.end());
  }
  left->submit(frames.size());
  EXPECT_EQ(receive_frames(*right, frames.size()), expected);
}

TEST_F(XdpSenderTest, KeepsRefusedFramesUntilTheyLeave) {
  const auto left = open();
  on_right([] { run("ip link set right down"); });  // no carrier: nothing is accepted
  send(*left, 100);
  EXPECT_TRUE(happens([&] { return left->counters().refused > 1000; }));
  EXPECT_EQ(left->queued(), 100u);
  EXPECT_EQ(left->counters().sent, 0u);
  on_right([] { run("ip link set right up"); });
  EXPECT_TRUE(happens([&] { return left->queued() == 0; }));
  EXPECT_EQ(left->counters().sent, 100u);
}

// A TAP device accepts as many frames as its queue holds and refuses the rest of a bulk.
TEST_F(XdpSenderTest, SendsAgainExactlyWhatWasRefused) {
  const UniqueFd tap(::open("/dev/net/tun", O_RDWR | O_NONBLOCK));
  if (!tap.is_open()) GTEST_SKIP() << "NOT TESTED: /dev/net/tun: " << last_system_error();
  ifreq request{};
  std::strcpy(request.ifr_name, "tap0");
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  ASSERT_EQ(::ioctl(tap.get(), TUNSETIFF, &request), 0) << last_system_error();
  run("ip link set tap0 txqueuelen 20 up");
  const auto left = open("tap0");
  constexpr std::uint32_t kFrames = 600;
  std::uint32_t written = 0;
  std::vector<std::uint32_t> numbers;
  happens([&] {
    const std::span<TxFrame> frames = left->reserve(kFrames - written);
    for (TxFrame& frame : frames) write_syn(frame, written++);
    left->submit(frames.size());
    std::array<std::byte, 2048> frame;
    is_readable(tap.get(), 1s);
    const ssize_t length = ::read(tap.get(), frame.data(), frame.size());
    if (length != static_cast<ssize_t>(kSynBytes)) return false;
    numbers.push_back(load_be<std::uint32_t>(frame, kNumberAt));
    return numbers.size() == kFrames;
  });
  std::array<std::byte, 2048> more;
  EXPECT_LT(::read(tap.get(), more.data(), more.size()), 0) << "a frame was sent twice";
  EXPECT_THAT(numbers, UnorderedElementsAreArray(numbers_up_to(kFrames)));
  EXPECT_TRUE(happens([&] { return left->queued() == 0; }));
  EXPECT_EQ(left->counters().sent, kFrames);
  EXPECT_GT(left->counters().refused, 0u);
}

TEST_F(XdpSenderTest, DiscardsATooLongFrameAndSendsTheOthers) {
  const auto right = listen();
  const auto left = open();
  const std::span<TxFrame> frames = left->reserve(3);
  write_syn(frames[0], 0);
  write_syn(frames[1], 1, frames[1].buffer.size());
  write_syn(frames[2], 2);
  left->submit(3);
  EXPECT_EQ(receive(*right, 2), (std::vector<std::uint32_t>{0, 2}));
  EXPECT_TRUE(happens([&] { return left->queued() == 0; }));
  EXPECT_EQ(left->counters().sent, 2u);
  EXPECT_EQ(left->counters().discarded, 1u);
}

TEST_F(XdpSenderTest, KeepsFramesOfAnInterfaceThatIsDown) {
  const auto left = open();
  run("ip link set left down");
  send(*left, 100);
  run("ip link set left up");
  EXPECT_TRUE(happens([&] { return left->queued() == 0; }));
  EXPECT_EQ(left->counters().sent, 100u);
  EXPECT_EQ(left->counters().discarded, 0u);
}

TEST_F(XdpSenderTest, DiscardsFramesOfAnInterfaceThatHasGone) {
  const auto left = open();
  tap_.reset();
  run("ip link del left");
  send(*left, 100);
  EXPECT_TRUE(happens([&] { return left->queued() == 0; }));
  EXPECT_EQ(left->counters().discarded, 100u);
}

TEST_F(XdpSenderTest, SleepsWhenThereIsNothingToSend) {
  const auto right = listen();
  const auto left = open();
  for (std::uint32_t round = 0; round < 3; ++round) {
    send(*left, 1, round);
    EXPECT_EQ(receive(*right, 1), std::vector<std::uint32_t>{round});
    // Within 20 ms and some grace periods of the kernel the thread stops using the CPU.
    EXPECT_TRUE(happens([] {
      const Duration before = cpu_time();
      std::this_thread::sleep_for(50ms);
      return cpu_time() - before < 5ms;
    }));
  }
}

TEST_F(XdpSenderTest, EndsAtOnceWithFramesStillQueued) {
  auto left = open();
  on_right([] { run("ip link set right down"); });
  send(*left, 1000);
  EXPECT_TRUE(happens([&] { return left->counters().refused > 0; }));
  const Instant before = now();
  left.reset();
  EXPECT_LT(now() - before, 1s);  // two grace periods of the kernel
}

TEST_F(XdpSenderTest, SaysWhyItCannotSend) {
  EXPECT_THAT(refusal({.interface = "nosuch0"}), StartsWith("nosuch0: no such interface"));
  EXPECT_THAT(refusal({.interface = "lo", .mtu = 65536}), StartsWith("lo: the driver "));
  on_right([] { run("ethtool -K right gro off"); });
  EXPECT_THAT(refusal({.interface = "left"}),
              StartsWith("left: the other end of this veth takes no XDP frames"));
}

}  // namespace
}  // namespace masscan::nic
