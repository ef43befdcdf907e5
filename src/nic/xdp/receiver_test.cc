#include "nic/xdp/receiver.h"

#include <bpf/libbpf.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "nic/af_packet_sender.h"
#include "nic/test_cable.h"
#include "nic/test_patterns.h"

namespace masscan::nic {
namespace {

constexpr net::PortRange kOurPorts{40000, 40003};
constexpr net::Ipv4Address kOurs(0x0a000001);
constexpr std::size_t kSynBytes = 54;  // Ethernet, IPv4 and TCP headers
constexpr std::size_t kNumberAt = 38;  // TCP sequence number: identifies frames

class XdpReceiverTest : public TestCable {
 protected:
  std::unique_ptr<XdpTap> open_tap(XdpTapConfig config = {}) {
    config.interface = "left";
    config.sources = {{kOurs, kOurs}};
    config.patterns = {kTcpPatterns};
    auto tap = XdpTap::open(config);
    EXPECT_TRUE(tap) << (tap ? "" : tap.error().message);
    return std::move(tap).value();
  }

  static std::unique_ptr<XdpReceiver> open_receiver(XdpTap& tap, std::size_t ring_bytes = 1 << 20) {
    auto receiver = XdpReceiver::open({.tap = tap, .ports = kOurPorts, .ring_bytes = ring_bytes});
    EXPECT_TRUE(receiver) << (receiver ? "" : receiver.error().message);
    return std::move(receiver).value();
  }

  std::unique_ptr<AfPacketSender> open_sender(std::size_t mtu = 1500) {
    return on_right([&] {
      return std::move(AfPacketSender::open({.interface = "right", .mtu = mtu})).value();
    });
  }

  // Gives both ends IPv4 addresses.
  void add_addresses() {
    run("ip addr add 10.0.0.1/24 dev left");
    on_right([] { run("ip addr add 10.0.0.2/24 dev right"); });
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

// Sends `count` frames numbered from `first` as room permits.
void send(Sender& queue, std::uint32_t count, std::uint32_t first = 0) {
  while (count > 0) {
    const std::span<TxFrame> frames = queue.reserve(count);
    for (TxFrame& frame : frames) {
      write_reply(frame.buffer, kOurPorts.first, first++);
      frame.length = kSynBytes;
    }
    queue.submit(frames.size());
    count -= static_cast<std::uint32_t>(frames.size());
  }
}

std::uint32_t attached_program() {
  std::uint32_t id = 0;
  bpf_xdp_query_id(static_cast<int>(::if_nametoindex("left")), 0, &id);
  return id;
}

sockaddr_in address_of(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = byte_swap(port);
  address.sin_addr.s_addr = byte_swap(kOurs.number());
  return address;
}

UniqueFd connect_to(std::uint16_t port) {
  UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
  const sockaddr_in address = address_of(port);
  ::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return client;
}

UniqueFd listen_at(std::uint16_t port) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in address = address_of(port);
  EXPECT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listener.get(), 1), 0);
  return listener;
}

tcp_info info_of(const UniqueFd& connection) {
  tcp_info info{};
  socklen_t length = sizeof info;
  ::getsockopt(connection.get(), IPPROTO_TCP, TCP_INFO, &info, &length);
  return info;
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
  EXPECT_EQ(receiver->counters().received, kFrames);
  EXPECT_EQ(receiver->counters().kernel_drops, 0u);
}

TEST_F(XdpReceiverTest, WakesWhoWaitsForEveryFrame) {
  const auto tap = open_tap();
  const auto receiver = open_receiver(*tap);
  const auto sender = open_sender();
  for (std::uint32_t i = 0; i < 2000; ++i) {
    EXPECT_TRUE(receiver->receive().empty());
    receiver->release();
    std::thread other([&] { send(*sender, 1, i); });
    const bool is_awake = is_readable(receiver->poll_fd(), 10s);
    other.join();
    ASSERT_TRUE(is_awake) << i;
    ASSERT_EQ(receiver->receive().size(), 1u);
    receiver->release();
  }
}

TEST_F(XdpReceiverTest, StampsFramesWithTheTimeOfCapture) {
  const auto tap = open_tap();
  const auto receiver = open_receiver(*tap);
  const auto sender = open_sender();
  const WallTime before = wall_now();
  send(*sender, 1);
  ASSERT_TRUE(is_readable(receiver->poll_fd(), 1s));
  const std::span<const RxFrame> frames = receiver->receive();
  ASSERT_EQ(frames.size(), 1u);
  constexpr Duration kAdjusted = 1ms;  // the clock may be slewed by this much meanwhile
  EXPECT_GT(frames[0].captured_at, before - kAdjusted);
  EXPECT_LT(frames[0].captured_at, wall_now() + kAdjusted);
}

TEST_F(XdpReceiverTest, LendsFramesThatNothingOverwritesUntilTheirRelease) {
  const auto tap = open_tap();
  const auto receiver = open_receiver(*tap, 4096);
  const auto sender = open_sender();
  send(*sender, 1, 77);
  ASSERT_TRUE(is_readable(receiver->poll_fd(), 1s));
  const std::span<const RxFrame> frames = receiver->receive();
  ASSERT_EQ(frames.size(), 1u);
  send(*sender, 200, 100);  // more than fit
  while (receiver->counters().kernel_drops == 0) std::this_thread::yield();
  EXPECT_EQ(load_be<std::uint32_t>(frames[0].bytes, kNumberAt), 77u);
  receiver->release();
  EXPECT_EQ(load_be<std::uint32_t>(receiver->receive()[0].bytes, kNumberAt), 100u);
}

TEST_F(XdpReceiverTest, CountsFramesThatFoundTheRingFull) {
  const auto tap = open_tap();
  const auto receiver = open_receiver(*tap, 4096);
  const auto sender = open_sender();
  constexpr std::uint32_t kFrames = 200;
  send(*sender, kFrames);
  std::uint64_t received = 0;
  while (received + receiver->counters().kernel_drops < kFrames) {
    received += receiver->receive().size();  // without release
  }
  EXPECT_GT(received, 20u);
  EXPECT_LE(received, 4096u / 120);
  EXPECT_EQ(received + receiver->counters().kernel_drops, kFrames);
}

TEST_F(XdpReceiverTest, TakesWholeFramesOfAnyLength) {
  run("ip link set left mtu 9000");
  on_right([] { run("ip link set right mtu 9000"); });
  const auto tap = open_tap();
  EXPECT_EQ(tap->mode(), XdpTap::Mode::kNative);
  const auto receiver = open_receiver(*tap);
  const auto sender = open_sender(9000);
  for (const std::size_t length : {60, 96, 97, 512, 513, 1514, 2048, 2049, 4100, 9014}) {
    TxFrame& frame = sender->reserve(1)[0];
    std::ranges::fill(frame.buffer, std::byte{0x5a});
    write_reply(frame.buffer, kOurPorts.first, 1);
    frame.length = length;
    const std::vector<std::byte> expected(frame.buffer.begin(),
                                          frame.buffer.begin() + static_cast<long>(length));
    sender->submit(1);
    ASSERT_TRUE(is_readable(receiver->poll_fd(), 1s)) << length;
    const std::span<const RxFrame> frames = receiver->receive();
    ASSERT_EQ(frames.size(), 1u) << length;
    EXPECT_TRUE(std::ranges::equal(frames[0].bytes, expected)) << length;
    receiver->release();
  }
}

// The first connection goes to a port of ours and must get no answer; the second one goes to
// another port. When the kernel has refused the second one, it would have refused the first one
// too.
void expect_taken_and_passed(XdpReceiver& receiver, const UniqueFd& to_us,
                             const UniqueFd& to_kernel) {
  pollfd refused{to_kernel.get(), 0, 0};
  ASSERT_EQ(::poll(&refused, 1, 5000), 1);
  EXPECT_EQ(info_of(to_us).tcpi_state, TCP_SYN_SENT);
  bool is_asked = false;
  while (!is_asked) {
    for (const RxFrame& frame : receiver.receive()) {
      if (load_be<std::uint16_t>(frame.bytes, 12) != 0x0800) continue;  // ARP
      EXPECT_EQ(load_be<std::uint16_t>(frame.bytes, 36), kOurPorts.first);
      EXPECT_FALSE(frame.has_checksum) << "the kernel leaves it to hardware";
      is_asked = true;
    }
    receiver.release();
  }
}

TEST_F(XdpReceiverTest, HidesFromTheKernelWhatItTakesAndNothingElse) {
  add_addresses();
  const auto tap = open_tap();
  const auto receiver = open_receiver(*tap);
  const UniqueFd to_us = on_right([] { return connect_to(kOurPorts.first); });
  const UniqueFd to_kernel = on_right([] { return connect_to(kOurPorts.last + 1); });
  expect_taken_and_passed(*receiver, to_us, to_kernel);
}

TEST_F(XdpReceiverTest, DoesTheSameInGenericMode) {
  add_addresses();
  const auto tap = open_tap({.interface = {}, .sources = {}, .allows_native = false});
  EXPECT_EQ(tap->mode(), XdpTap::Mode::kGeneric);
  const auto receiver = open_receiver(*tap);
  const UniqueFd to_us = on_right([] { return connect_to(kOurPorts.first); });
  const UniqueFd to_kernel = on_right([] { return connect_to(kOurPorts.last + 1); });
  expect_taken_and_passed(*receiver, to_us, to_kernel);
}

TEST_F(XdpReceiverTest, DoesNotHarmAConnectionOfTheKernel) {
  add_addresses();
  const auto tap = open_tap();
  const auto receiver = open_receiver(*tap, 4 << 20);
  const auto sender = open_sender();
  const UniqueFd listener = listen_at(5000);
  const UniqueFd client = on_right([] { return connect_to(5000); });
  const UniqueFd server(::accept(listener.get(), nullptr, nullptr));
  constexpr std::uint32_t kRounds = 300;
  constexpr std::uint32_t kReplies = 50;
  const std::vector<std::byte> said(8 << 10, std::byte{0x5a});
  std::vector<std::byte> heard(said.size());
  for (std::uint32_t i = 0; i < kRounds; ++i) {
    ASSERT_EQ(::send(client.get(), said.data(), said.size(), 0), static_cast<ssize_t>(said.size()));
    send(*sender, kReplies);
    ASSERT_EQ(::recv(server.get(), heard.data(), heard.size(), MSG_WAITALL),
              static_cast<ssize_t>(heard.size()));
    ASSERT_EQ(heard, said);
    std::ranges::fill(heard, std::byte{0});
  }
  while (receiver->counters().received < kRounds * kReplies) {
    receiver->receive();
    receiver->release();
  }
  EXPECT_EQ(receiver->counters().kernel_drops, 0u);
}

TEST_F(XdpReceiverTest, LeavesTheInterfaceHoweverTheProcessDies) {
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto tap = open_tap();
    const auto receiver = open_receiver(*tap);
    static_cast<void>(::write(ends[1], "!", 1));
    for (;;) ::pause();
  }
  char is_open = 0;
  ASSERT_EQ(::read(ends[0], &is_open, 1), 1);
  EXPECT_NE(attached_program(), 0u);
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(attached_program(), 0u);
}

TEST_F(XdpReceiverTest, RespectsTheProgramOfSomebodyElse) {
  const auto tap = open_tap();
  const std::uint32_t id = attached_program();
  for (const bool allows_native : {true, false}) {
    const auto second = XdpTap::open(
        {.interface = "left", .sources = {{kOurs, kOurs}}, .allows_native = allows_native});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message,
              fmt::format("left: XDP program {} (receive) of somebody else is attached: remove it, "
                          "or take --transport af_packet",
                          id));
  }
  EXPECT_EQ(attached_program(), id);
}

TEST_F(XdpReceiverTest, SaysWhatItCannotDo) {
  struct Row {
    XdpTapConfig config;
    std::string message;
  };
  const std::vector<net::AddressRange> too_many(65, {kOurs, kOurs});
  const std::vector<Row> rows = {
      {{.interface = "nosuch0", .sources = {}}, "nosuch0: no such interface; see --iflist"},
      {{.interface = "left", .link_layer = LinkLayer::kRawIp, .sources = {}},
       "left: XDP programs read Ethernet frames; this interface has none"},
      {{.interface = "left", .sources = too_many},
       "left: XDP takes at most 64 ranges of source addresses"}};
  for (const Row& row : rows) {
    const auto tap = XdpTap::open(row.config);
    ASSERT_FALSE(tap);
    EXPECT_EQ(tap.error().message, row.message);
  }
  EXPECT_EQ(attached_program(), 0u);
}

TEST_F(XdpReceiverTest, JoinsMulticastGroups) {
  const net::MacAddress group = net::MacAddress::parse("33:33:ff:00:00:02").value();
  const auto tap = open_tap({.interface = {}, .sources = {}, .groups = {group}});
  run("ip maddress show dev left | grep -q 33:33:ff:00:00:02");
}

}  // namespace
}  // namespace masscan::nic
