#include "host/ports.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <sys/socket.h>

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
  std::vector<std::uint16_t> ports;
  parse_tcp_sockets(
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
      "nonsense\n"
      "   2: 0100007F:XX90 00000000:0000 0A\n"
      "1000: 0200A8C0:FFFF 0100A8C0:01BB 01 00000000:00000000 02:000006B4 00000000  1000",
      ports);
  parse_tcp_sockets(
      "  sl  local_address                         remote_address                        st\n"
      "   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A\n",
      ports);
  EXPECT_THAT(ports, ElementsAre(0x1f90, 0xffff, 0x16));
}

TEST(Ports, KnowThisMachine) {
  const Result<net::PortRange> range = ephemeral_ports();
  ASSERT_TRUE(range.has_value()) << range.error().message;
  EXPECT_LT(range->first, range->last);
}

// A listening socket on a port the kernel chose.
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
    const auto used = used_tcp_ports();
    ASSERT_TRUE(used.has_value());
    EXPECT_TRUE(std::ranges::binary_search(*used, port)) << port;
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
      const net::PortRange range = default_source_ports(row.ephemeral, random);
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
  for (int i = 0; i < 10000; ++i) seen.insert(default_source_ports({32768, 60999}, random));
  EXPECT_EQ(seen.size(), (65536u - 61008) / 16);
}

TEST(Ports, AreChosenFree) {
  Random random(3);
  const Result<net::PortRange> range = choose_source_ports(random);
  ASSERT_TRUE(range.has_value()) << range.error().message;
  const auto used = used_tcp_ports();
  for (const std::uint16_t port : *used) EXPECT_FALSE(range->contains(port));
}

}  // namespace
}  // namespace masscan::host
