#include "targets/port_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace masscan::targets {
namespace {

using net::Port;
using net::Transport;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::string ports(std::string_view text, Transport transport = Transport::kTcp) {
  PortSet set;
  const Result<void> parsed = parse_ports(text, "-p", transport, set);
  return parsed ? to_string(set) : "error " + parsed.error().message;
}

struct Row {
  std::string_view text;
  std::string_view result;
};

// Also the ambiguous cases of masscan's grammar.
constexpr Row kGood[] = {
    {"80", "80"},
    {"80,443,80", "80,443"},
    {"443,80", "80,443"},
    {"80-90,85-100", "80-100"},
    {"80,81", "80-81"},
    {"-", "1-65535"},
    {"80-", "80-65535"},
    {"-80", "1-80"},
    {"0-65535", "0-65535"},
    {"0", "0"},
    {"080", "80"},
    {"010", "10"},
    {"0x50", "80"},
    {"0X50-0x5a", "80-90"},
    {"80 , 443", "80,443"},
    {" 80", "80"},
    {"\t80,443 \n", "80,443"},
    {"U:53,80", "U:53,U:80"},
    {"80,U:53,T:443", "80,443,U:53"},
    {"T:80,U:53,S:36412", "80,U:53,S:36412"},
    {"t:80,u:53,s:36412", "80,U:53,S:36412"},
    {"U:-", "U:1-65535"},
    {"U:65535,S:0,65535,T:65535", "65535,U:65535,S:0,S:65535"},
    {"O:47", "O:47"},
    {"o:0-255", "O:0-255"},
    {"O:200-", "O:200-255"},
    {"O:-", "O:1-255"},
    {"I:0", "I:0"},
    {"I:0,1", "I:0-1"},
    {"I:2", "I:2"},
    {"I:0-2", "I:0-1,I:2"},
    {"I:0-3", "I:0-1,I:3,I:2"},
    {"I:303", "O:47"},
    {"I:256-511", "O:0-255"},
    {"80,443,U:53,S:36412,I:0,I:303", "80,443,U:53,S:36412,I:0,O:47"},
};

constexpr Row kBad[] = {
    {"", "no port given"},
    {" ", "no port given"},
    {"90-80", "'90-80' ends before it starts"},
    {"-0", "ends before it starts"},
    {"65536", "'65536' goes beyond 65535"},
    {"80-70000", "goes beyond 65535"},
    {"0x10000", "goes beyond 65535"},
    {"99999999999", "is not a port"},
    {"X:80", "'X:80' has an unknown prefix"},
    {"::80", "unknown prefix"},
    {"O:256", "goes beyond 255"},
    {"O:1-300", "goes beyond 255"},
    {"I:4", "not known after I:"},
    {"I:-", "not known after I:"},
    {"I:1-300", "not known after I:"},
    {"I:512", "not known after I:"},
    {"80 443", "'80 443' is neither"},
    {"80;443", "'80;443' is neither"},
    {"80,,443", "a port is missing"},
    {",80", "a port is missing"},
    {"80,", "a port is missing"},
    {"U:,80", "a port is missing"},
    {"80x", "'80x' is neither"},
    {"0x", "is not a port"},
    {"0xzz", "is not a port"},
    {"=80", "'=80' is neither"},
    {"[80-90]", "neither"},
    {"80- 90", "neither"},
    {"80 - 90", "neither"},
    {"U: 53", "neither"},
    {"80-ftp", "neither"},
    {"80#443", "neither"},
    {"--echo", "neither"},
    {"--", "is not a port"},
    {"80-90-100", "is not a port"},
    {"80,no-such-service", "'no-such-service' is neither a port number nor a known tcp service"},
    {"I:http", "known icmp service"},
};

TEST(PortParser, ReadsEveryForm) {
  for (const Row& row : kGood) EXPECT_EQ(ports(row.text), row.result) << row.text;
}

TEST(PortParser, RefusesEverythingElse) {
  for (const Row& row : kBad) {
    EXPECT_THAT(ports(row.text),
                AllOf(StartsWith("error -p: "), HasSubstr(std::string(row.result))))
        << row.text;
  }
}

TEST(PortParser, TakesTheDefaultTransportUntilAPrefix) {
  EXPECT_EQ(ports("53,T:80,443", Transport::kUdp), "80,443,U:53");
  EXPECT_EQ(ports("47", Transport::kIp), "O:47");
}

TEST(PortParser, KnowsTheNamesOfServices) {
  if (getservbyname("http", "tcp") == nullptr) GTEST_SKIP() << "no /etc/services here";
  EXPECT_EQ(ports("http,SSH,8000"), "22,80,8000");
  EXPECT_EQ(ports("U:domain"), "U:53");
  EXPECT_EQ(ports("http-alt"), "8080");
}

TEST(PortParser, LeavesTheSetAloneAfterAnError) {
  PortSet set;
  set.add(Transport::kTcp, {80, 80});
  EXPECT_FALSE(parse_ports("443,x y", "-p", Transport::kTcp, set));
  EXPECT_EQ(to_string(set), "80");
}

TEST(PortSet, NumbersPortsByTransportThenAscending) {
  PortSet set;
  ASSERT_TRUE(parse_ports("O:47,I:2,I:0,S:5,U:53,T:9-10,7", "-p", Transport::kTcp, set));
  std::vector<Port> in_order;
  for (std::uint64_t i = 0; i < set.count(); ++i) in_order.push_back(set.at(i));
  EXPECT_THAT(in_order, ElementsAre(Port{Transport::kTcp, 7}, Port{Transport::kTcp, 9},
                                    Port{Transport::kTcp, 10}, Port{Transport::kUdp, 53},
                                    Port{Transport::kSctp, 5}, Port{Transport::kIcmp, 0},
                                    Port{Transport::kArp, 0}, Port{Transport::kIp, 47}));
  EXPECT_EQ(set.index_of({Transport::kUdp, 7}), std::nullopt);
}

TEST(PortSet, SubtractsPortsOfTheSameTransportOnly) {
  PortSet set;
  PortSet excluded;
  ASSERT_TRUE(parse_ports("1-100,U:1-100", "-p", Transport::kTcp, set));
  ASSERT_TRUE(parse_ports("50,U:90-200", "-p", Transport::kTcp, excluded));
  set.subtract(excluded);
  EXPECT_EQ(to_string(set), "1-49,51-100,U:1-89");
  EXPECT_EQ(set.count(), 99u + 89u);
}

TEST(PortSet, HoldsAllPortsOfAllTransports) {
  PortSet set;
  ASSERT_TRUE(parse_ports("0-65535,U:0-65535,S:0-65535", "-p", Transport::kTcp, set));
  EXPECT_EQ(to_string(set), "0-65535,U:0-65535,S:0-65535");
  EXPECT_EQ(set.count(), 3u * 65536u);
  EXPECT_EQ(set.at(65536), (Port{Transport::kUdp, 0}));
}

TransportPorts any_run() {
  const auto transport = static_cast<Transport>(*rc::gen::inRange(0, 6));
  if (transport == Transport::kArp) return {transport, {0, 0}};
  const int limit = transport == Transport::kIcmp ? 2 : transport == Transport::kIp ? 256 : 65536;
  const int first = *rc::gen::inRange(0, limit);
  const int last = *rc::gen::inRange(first, std::min(limit, first + 50));
  return {transport, {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)}};
}

RC_GTEST_PROP(PortSet, NumbersBothWaysAndReadsBackItsEcho, ()) {
  std::vector<TransportPorts> runs(*rc::gen::inRange<std::size_t>(1, 20));
  std::set<Port> oracle;
  for (TransportPorts& run : runs) {
    run = any_run();
    for (int i = run.ports.first; i <= run.ports.last; ++i) {
      oracle.insert({run.transport, static_cast<std::uint16_t>(i)});
    }
  }
  PortSet set;
  set.add(runs);
  std::uint64_t position = 0;
  for (const Port& port : oracle) {
    RC_ASSERT(set.contains(port));
    RC_ASSERT(set.at(position) == port);
    RC_ASSERT(set.index_of(port) == position);
    ++position;
  }
  RC_ASSERT(set.count() == position);
  PortSet again;
  RC_ASSERT(parse_ports(to_string(set), "echo", Transport::kTcp, again).has_value());
  RC_ASSERT(again == set);
}

}  // namespace
}  // namespace masscan::targets
