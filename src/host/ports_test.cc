#include "host/ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "base/unique_fd.h"

namespace masscan::host {
namespace {

using ::testing::ElementsAre;

TEST(Ports, ReadTheEphemeralRange) {
  struct Row {
    std::string_view text;
    std::optional<net::PortRange> range;
  };
  const Row rows[] = {
      {"32768\t60999\n", net::PortRange{32768, 60999}},
      {"1024 65535", net::PortRange{1024, 65535}},
      {"5000 5000\n", net::PortRange{5000, 5000}},
      {"60999\t32768\n", std::nullopt},
      {"32768\n", std::nullopt},
      {"", std::nullopt},
      {"32768 65536", std::nullopt},
      {"32768 60999 1", std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(parse_port_range(row.text), row.range) << row.text;
}

TEST(Ports, ReadTheSocketTables) {
  std::vector<LocalSocket> sockets;
  parse_sockets(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
      "nonsense\n"
      "   2: 0100007F:XX90 00000000:0000 0A\n"
      "   3: 100007F:0010 00000000:0000 0A\n"
      "   4: 00000000:0016 00000000:0000 0A\n"
      "   5: 0200A8C0:F000 0100A8C0:01BB 06\n"
      "1000: 0200A8C0:FFFF 0100A8C0:01BB 01 00000000:00000000 02:000006B4 00000000  1000",
      sockets);
  parse_sockets(
      "  sl  local_address                         remote_address                        st\n"
      "   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A\n"
      "   1: 00000000000000000000000000000000:0017 00000000000000000000000000000000:0000 0A\n"
      "   2: B80D0120000000000000000002000000:0018 B80D0120000000000000000001000000:0050 03\n"
      "   3: 0000000000000000FFFF00000200000A:0019 0000000000000000FFFF00000100000A:0050 01\n",
      sockets);
  using enum LocalSocket::State;
  const auto v4 = [](std::uint32_t number) { return net::IpAddress(net::Ipv4Address(number)); };
  const auto v6 = [](std::uint64_t high, std::uint64_t low) {
    return net::IpAddress(net::Ipv6Address(make_uint128(high, low)));
  };
  EXPECT_THAT(sockets, ElementsAre(LocalSocket{v4(0x7f000001), 0x1f90, kListening},
                                   LocalSocket{v4(0), 0x16, kListening},
                                   LocalSocket{v4(0xc0a80002), 0xf000, kClosed},
                                   LocalSocket{v4(0xc0a80002), 0xffff, kConnected},
                                   LocalSocket{v6(0, 1), 0x16, kListening},
                                   LocalSocket{v6(0, 0), 0x17, kListening},
                                   LocalSocket{v6(0x20010db800000000, 2), 0x18, kConnected},
                                   LocalSocket{v4(0x0a000002), 0x19, kConnected}));
  EXPECT_TRUE(sockets[1].is_anywhere());
  EXPECT_TRUE(sockets[5].is_anywhere());
  EXPECT_FALSE(sockets[4].is_anywhere());
}

TEST(Ports, KnowThisMachine) {
  const Result<net::PortRange> range = ephemeral_ports();
  ASSERT_TRUE(range.has_value()) << range.error().message;
  EXPECT_LT(range->first, range->last);
}

// Listens on a port that the kernel chose.
std::uint16_t listen_somewhere(const UniqueFd& listener, int family) {
  EXPECT_EQ(::listen(listener.get(), 1), 0);
  std::array<std::byte, 28> address;
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(address.data()), &size), 0);
  EXPECT_EQ(load_le<std::uint16_t>(address), family);
  return load_be<std::uint16_t>(address, 2);
}

TEST(Ports, SeeListeningSocketsOfBothFamilies) {
  for (const int family : {AF_INET, AF_INET6}) {
    const UniqueFd listener(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!listener.is_open()) GTEST_SKIP() << "NOT TESTED: this kernel lacks a family";
    const std::uint16_t port = listen_somewhere(listener, family);
    const auto used = local_sockets();
    ASSERT_TRUE(used.has_value());
    const auto socket = std::ranges::find(*used, port, &LocalSocket::port);
    ASSERT_NE(socket, used->end()) << port;
    EXPECT_EQ(socket->state, LocalSocket::State::kListening);
    EXPECT_TRUE(socket->is_anywhere());
  }
}

TEST(Ports, LieOutsideTheEphemeralRangeWhereThereIsRoom) {
  struct Row {
    net::PortRange ephemeral;
    net::PortRange allowed;
  };
  const Row rows[] = {
      {{32768, 60999}, {61008, 65535}},
      {{32768, 65519}, {65520, 65535}},  // exactly one range above
      {{32768, 65520}, {1024, 32767}},   // none above
      {{32768, 65535}, {1024, 32767}},
      {{1040, 65535}, {1024, 1039}},   // one below
      {{1025, 65535}, {1024, 65535}},  // none at all
      {{1, 65535}, {1024, 65535}},
  };
  Random random(1);
  for (const Row& row : rows) {
    for (int i = 0; i < 1000; ++i) {
      const net::PortRange range = default_source_ports(row.ephemeral, 16, random);
      EXPECT_EQ(range.count(), 16u);
      EXPECT_EQ(range.first % 16, 0);
      EXPECT_TRUE(row.allowed.contains(range.first)) << to_string(range);
      EXPECT_TRUE(row.allowed.contains(range.last)) << to_string(range);
    }
  }
}

TEST(Ports, DifferFromScanToScan) {
  Random random(2);
  std::set<net::PortRange> seen;
  for (int i = 0; i < 10000; ++i) seen.insert(default_source_ports({32768, 60999}, 16, random));
  EXPECT_EQ(seen.size(), (65536u - 61008) / 16);
}

TEST(Ports, AreChosenFree) {
  Random random(3);
  const Result<net::PortRange> range = choose_source_ports(16, random);
  ASSERT_TRUE(range.has_value()) << range.error().message;
  const auto used = local_sockets();
  for (const LocalSocket& socket : *used) EXPECT_FALSE(range->contains(socket.port));
}

}  // namespace
}  // namespace masscan::host
