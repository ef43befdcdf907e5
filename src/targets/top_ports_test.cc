#include "targets/top_ports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace masscan::targets {
namespace {

std::vector<std::uint16_t> first_ports(net::Transport transport, std::uint32_t count) {
  std::vector<std::uint16_t> found;
  for (const net::TransportPorts& run : top_ports(transport, count)) {
    EXPECT_EQ(run.transport, transport);
    EXPECT_EQ(run.ports.first, run.ports.last);
    found.push_back(run.ports.first);
  }
  return found;
}

TEST(TopPorts, AreAsManyAsAskedForEachOnceAndNeverPortZero) {
  for (const auto transport : {net::Transport::kTcp, net::Transport::kUdp}) {
    for (const std::uint32_t count : {0u, 1u, 20u, 1000u, 5000u, kMostTopPorts}) {
      const auto found = first_ports(transport, count);
      EXPECT_EQ(found.size(), count);
      EXPECT_EQ(std::set(found.begin(), found.end()).size(), count);
      EXPECT_EQ(std::count(found.begin(), found.end(), 0), 0);
    }
  }
}

TEST(TopPorts, BeginWithThoseOfAFewerNumber) {
  for (const auto transport : {net::Transport::kTcp, net::Transport::kUdp}) {
    const auto all = first_ports(transport, kMostTopPorts);
    const auto some = first_ports(transport, 100);
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin()));
  }
}

TEST(TopPorts, BeginWithWhatEverybodyHas) {
  EXPECT_EQ(first_ports(net::Transport::kTcp, 5),
            (std::vector<std::uint16_t>{80, 443, 22, 21, 25}));
  EXPECT_EQ(first_ports(net::Transport::kUdp, 3), (std::vector<std::uint16_t>{53, 161, 123}));
  const auto thousand = first_ports(net::Transport::kTcp, 1000);
  const std::set<std::uint16_t> usual(thousand.begin(), thousand.end());
  for (const std::uint16_t port : {23, 3389, 5432, 6379, 8443, 9200, 25565, 27017, 49152}) {
    EXPECT_TRUE(usual.contains(port)) << port;
  }
}

TEST(TopPorts, GoOnWithTheFurtherOnes) {
  for (const auto transport : {net::Transport::kTcp, net::Transport::kUdp}) {
    const std::uint32_t ordered = ordered_ports(transport);
    EXPECT_GT(ordered, 100u);
    const std::vector<std::uint16_t> further = {60001, 80, 53, 60003, 60002};
    const auto runs = top_ports(transport, ordered + 4, further);
    std::vector<std::uint16_t> last;
    for (std::uint32_t i = ordered; i < runs.size(); ++i) last.push_back(runs[i].ports.first);
    ASSERT_EQ(last.size(), 4u);
    EXPECT_EQ(std::vector(last.begin(), last.end() - 1),
              (std::vector<std::uint16_t>{60001, 60003, 60002}));
    EXPECT_LT(last.back(), 60000);  // the lowest of all others
  }
}

TEST(TopPorts, GoOnInNumericOrder) {
  const auto all = first_ports(net::Transport::kTcp, kMostTopPorts);
  const std::vector<std::uint16_t> last(all.begin() + 5000, all.end());
  EXPECT_TRUE(std::is_sorted(last.begin(), last.end()));
}

TEST(TopPorts, ExistForTcpAndUdp) {
  EXPECT_TRUE(has_top_ports(net::Transport::kUdp));
  EXPECT_FALSE(has_top_ports(net::Transport::kSctp));
  EXPECT_FALSE(has_top_ports(net::Transport::kIp));
}

}  // namespace
}  // namespace masscan::targets
