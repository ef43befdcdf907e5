#include "convert/selection.h"

#include <gtest/gtest.h>

#include <functional>

namespace masscan::convert {
namespace {

constexpr net::Port kHttp{net::Transport::kTcp, 80};
const net::Ipv4Address kAddress(0x0a000001);

WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }

record::Record record() { return {.time = at(100), .address = kAddress, .port = kHttp}; }
record::Banner banner() {
  return {.time = at(100),
          .address = kAddress,
          .port = kHttp,
          .application = record::Application::kHttp,
          .text = "x"};
}

targets::AddressSet addresses(std::uint32_t first, std::uint32_t last) {
  targets::AddressSet set;
  set.add({net::Ipv4Address(first), net::Ipv4Address(last)});
  return set;
}

targets::PortSet ports(net::Transport transport, net::PortRange range) {
  targets::PortSet set;
  set.add(transport, range);
  return set;
}

targets::PairSet pair(net::Ipv4Address address, net::Port port) {
  targets::PairList list;
  list.add({address, port});
  targets::PairSet set;
  set.add(std::move(list));
  return set;
}

// How a Selection differs from everything, and whether a record and a banner of port 80/tcp of
// 10.0.0.1 at second 100 are in it.
struct Row {
  const char* name;
  std::function<void(Selection&)> narrow;
  bool has_record;
  bool has_banner;
};

const Row kRows[] = {
    {"addresses with it", [](Selection& s) { s.addresses = addresses(0x0a000000, 0x0a0000ff); },
     true, true},
    {"addresses without it", [](Selection& s) { s.addresses = addresses(1, 2); }, false, false},
    {"no address at all", [](Selection& s) { s.addresses.emplace(); }, false, false},
    {"its port",
     [](Selection& s) {
       s.ports = ports(net::Transport::kTcp, {80, 90});
     },
     true, true},
    {"another transport's port",
     [](Selection& s) {
       s.ports = ports(net::Transport::kUdp, {80, 80});
     },
     false, false},
    {"its pair", [](Selection& s) { s.pairs = pair(kAddress, kHttp); }, true, true},
    {"another pair",
     [](Selection& s) {
       s.pairs = pair(kAddress, {net::Transport::kTcp, 81});
     },
     false, false},
    {"its pair besides other addresses",
     [](Selection& s) {
       s.addresses = addresses(1, 2);
       s.pairs = pair(kAddress, kHttp);
     },
     true, true},
    {"its address is excluded",
     [](Selection& s) { s.excluded_addresses = addresses(0x0a000001, 0x0a000001); }, false, false},
    {"its port is excluded",
     [](Selection& s) {
       s.excluded_ports = ports(net::Transport::kTcp, {1, 100});
     },
     false, false},
    {"its pair, and its address is excluded",
     [](Selection& s) {
       s.pairs = pair(kAddress, kHttp);
       s.excluded_addresses = addresses(0x0a000001, 0x0a000001);
     },
     false, false},
    {"since its second", [](Selection& s) { s.since = at(100); }, true, true},
    {"since the next second", [](Selection& s) { s.since = at(101); }, false, false},
    {"until its second", [](Selection& s) { s.until = at(100); }, true, true},
    {"until the second before", [](Selection& s) { s.until = at(99); }, false, false},
    {"no banners", [](Selection& s) { s.banners = false; }, true, false},
    {"its application", [](Selection& s) { s.applications = {record::Application::kHttp}; }, false,
     true},
    {"another application", [](Selection& s) { s.applications = {record::Application::kFtp}; },
     false, false},
};

TEST(Selection, IncludesWhatAScanOfItWouldHaveFound) {
  for (const Row& row : kRows) {
    Selection selection;
    row.narrow(selection);
    EXPECT_EQ(selection.includes(record()), row.has_record) << row.name;
    EXPECT_EQ(selection.includes(banner()), row.has_banner) << row.name;
    EXPECT_FALSE(selection.is_everything()) << row.name;
  }
}

TEST(Selection, IncludesEverythingWhereNothingIsNamed) {
  EXPECT_TRUE(Selection().is_everything());
  EXPECT_TRUE(Selection().includes(record()));
  EXPECT_TRUE(Selection().includes(banner()));
}

// Their files tell the protocol's number beside the port.
TEST(Selection, KnowsIpProtocolsByTheirNumbers) {
  record::Record found = record();
  found.port = {net::Transport::kIp, 0};
  found.ip_protocol = 47;
  Selection selection;
  selection.ports = ports(net::Transport::kIp, {47, 47});
  EXPECT_TRUE(selection.includes(found));
  found.ip_protocol = 50;
  EXPECT_FALSE(selection.includes(found));
}

}  // namespace
}  // namespace masscan::convert
