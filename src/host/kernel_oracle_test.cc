// Compares the route map with the kernel: random tables and rules, and real connections.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdio>

#include "base/bytes.h"
#include "base/random.h"
#include "host/route_map.h"
#include "host/test_network.h"
#include "net/socket_address.h"

namespace masscan::host {
namespace {

constexpr std::uint16_t kTargetPort = 80;
constexpr int kRuleSets = 100;  // per family
constexpr int kTargets = 50;    // per rule set
constexpr std::array kTables = {"main", "default", "101", "102", "103"};

template <typename Container>
const auto& pick(Random& random, const Container& choices) {
  return choices[random.below(choices.size())];
}

// Returns an address of few varying bits, so that prefixes nest and match.
net::IpAddress random_address(Random& random, bool is_v4) {
  const auto middle = static_cast<std::uint32_t>(random.below(4));
  const auto low = static_cast<std::uint32_t>(1 + random.below(250));
  if (is_v4) return net::Ipv4Address(0x0a000000 | middle << 20 | low);
  return net::Ipv6Address(make_uint128(0xfd00000000000000 | std::uint64_t{middle} << 50, low));
}

std::string random_prefix(Random& random, bool is_v4) {
  const auto length = static_cast<std::uint8_t>(8 + random.below(is_v4 ? 25 : 121));
  const net::Prefix prefix{random_address(random, is_v4), length};
  return to_string(net::Prefix{prefix.range().first, length});
}

// Returns arguments of `ip route add`.
std::string random_route(Random& random, bool is_v4) {
  constexpr std::array kWays = {
      "via 10.0.0.1 dev a", "via 10.64.7.7 dev b", "dev a", "dev b", "dev c", "dev a src 10.0.1.5"};
  constexpr std::array kWays6 = {
      "via fd00::1 dev a", "via fd40::7 dev b", "dev a", "dev b", "dev c", "dev a src fd00::6"};
  constexpr std::array kOthers = {"throw", "unreachable", "blackhole", "prohibit", "throw"};
  const std::string destination = random.chance(0.1) ? "default" : random_prefix(random, is_v4);
  const std::string place =
      fmt::format(" metric {} table {}", 1 + random.below(3), pick(random, kTables));
  if (random.chance(0.05)) return "local " + destination + " dev lo" + place;
  if (random.chance(0.25)) return fmt::format("{} {}{}", pick(random, kOthers), destination, place);
  return fmt::format("{} {}{}", destination, is_v4 ? pick(random, kWays) : pick(random, kWays6),
                     place);
}

std::string random_selectors(Random& random, bool is_v4) {
  constexpr std::array kOwn = {"10.0.0.5", "10.0.1.5/32", "10.64.0.0/16"};
  constexpr std::array kOwn6 = {"fd00::5", "fd00::6/128", "fd40::/64"};
  constexpr std::array kMarks = {"0xca6c", "0", "0/0xff", "0x10/0xf0"};
  constexpr std::array kOther = {"ipproto tcp", "ipproto udp",    "ipproto tcp dport 1-100",
                                 "dport 443",   "uidrange 1-9",   "uidrange 0-0",
                                 "tos 0x10",    "oif a",          "iif lo",
                                 "iif b",       "iif nosuchthing"};
  std::string text = random.chance(0.2) ? "not " : "";
  text += random.chance(0.3)
              ? fmt::format("from {}", is_v4 ? pick(random, kOwn) : pick(random, kOwn6))
              : "from all";
  if (random.chance(0.4)) text += " to " + random_prefix(random, is_v4);
  if (random.chance(0.2)) text += fmt::format(" fwmark {}", pick(random, kMarks));
  if (random.chance(0.3)) text += fmt::format(" {}", pick(random, kOther));
  return text;
}

// Returns arguments of `ip rule add`.
std::string random_rule(Random& random, bool is_v4) {
  constexpr std::array kActions = {"unreachable", "prohibit", "blackhole", "nop"};
  const std::uint64_t priority = 10 + random.below(30);
  const std::string selectors =
      fmt::format("{} priority {}", random_selectors(random, is_v4), priority);
  if (random.chance(0.1)) return fmt::format("{} {}", selectors, pick(random, kActions));
  if (random.chance(0.15)) {
    return fmt::format("{} goto {}", selectors, priority + 1 + random.below(12));
  }
  const std::string lookup = fmt::format("{} lookup {}", selectors, pick(random, kTables));
  if (random.chance(0.6)) return lookup;
  if (random.chance(0.3)) return lookup + " suppress_ifgroup 7";
  return lookup + fmt::format(" suppress_prefixlength {}", random.below(is_v4 ? 33 : 65));
}

// The route of a connection's first packet.
struct FirstPacket {
  int interface = 0;  // 0: the kernel refused
  std::optional<net::IpAddress> source{};

  friend bool operator==(const FirstPacket&, const FirstPacket&) = default;
};

class KernelOracle : public TestNetwork {
 protected:
  void SetUp() override {
    TestNetwork::SetUp();
    if (IsSkipped()) return;
    add_veth("a", "10.0.0.5/24", "fd00::5/64");
    add_veth("b", "10.64.0.5/16", "fd40::5/48");
    add_veth("c", "192.0.2.5/32", "2001:db8::5/128");
    run("ip addr add 10.0.1.5/24 dev a; ip addr add fd00::6/64 dev a nodad");
    // frames are sent without resolution
    run("for i in a b c; do ip link set dev $i arp off; done");
    run("ip link set dev b group 7");
    std::uint16_t protocol = 0;
    store_be(std::as_writable_bytes(std::span(&protocol, 1)), 0, std::uint16_t{ETH_P_ALL});
    tap_ = UniqueFd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK, protocol));
  }

  // Makes new rules and routes; those that the kernel refuses are left out.
  static void make_rule_set(Random& random, bool is_v4) {
    std::FILE* ip = ::popen(
        is_v4 ? "ip -force -4 -batch - 2>/dev/null" : "ip -force -6 -batch - 2>/dev/null", "w");
    std::string commands = "route flush table all proto 77\nrule flush protocol 77\n";
    const std::uint64_t routes = 10 + random.below(50);
    for (std::uint64_t i = 0; i < routes; ++i) {
      commands += "route add " + random_route(random, is_v4) + " proto 77\n";
    }
    const std::uint64_t rules = random.below(12);
    for (std::uint64_t i = 0; i < rules; ++i) {
      commands += "rule add " + random_rule(random, is_v4) + " protocol 77\n";
    }
    std::fputs(commands.c_str(), ip);
    ::pclose(ip);
  }

  // Starts a connection and closes it.
  FirstPacket connect(const net::IpAddress& target) {
    net::SocketAddress address({target, kTargetPort});
    const UniqueFd socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK, 0));
    const int result = ::connect(socket.get(), address.get(), address.length);
    const bool is_refused = result != 0 && errno != EINPROGRESS && errno != ECONNREFUSED;
    const int interface = first_frame_to(target);
    if (is_refused) return {interface, std::nullopt};
    net::SocketAddress own;
    ::getsockname(socket.get(), own.get(), &own.length);
    return {interface, own.endpoint().address};
  }

 private:
  // Returns the interface through which the first captured TCP segment to `target` was sent;
  // discards all captured frames.
  int first_frame_to(const net::IpAddress& target) {
    std::array<std::byte, 128> packet;
    sockaddr_ll from{};
    socklen_t length = sizeof from;
    int interface = 0;
    while (::recvfrom(tap_.get(), packet.data(), packet.size(), 0,
                      reinterpret_cast<sockaddr*>(&from), &length) > 0) {
      const bool is_v4 = (packet[0] >> 4) == std::byte{4};
      const bool is_tcp = packet[is_v4 ? 9 : 6] == std::byte{IPPROTO_TCP};
      const bool is_it = is_tcp && is_v4 == target.is_v4() &&
                         (is_v4 ? load_be<std::uint32_t>(packet, 16) == target.v4().number()
                                : load_be<std::uint64_t>(packet, 32) == target.low());
      if (is_it && interface == 0) interface = from.sll_ifindex;
    }
    return interface;
  }

  UniqueFd tap_;
};

TEST_F(KernelOracle, AgreesWithTheMapAboutEveryTarget) {
  const std::uint64_t seed = random_uint64();
  KernelRoutes kernel = KernelRoutes::open().value();
  int refused = 0;
  for (int set = 0; set < 2 * kRuleSets; ++set) {
    SCOPED_TRACE(fmt::format("seed {}, rule set {}", seed, set));
    Random random(seed + static_cast<std::uint64_t>(set));
    const bool is_v4 = set % 2 == 0;
    make_rule_set(random, is_v4);
    const std::vector<net::AddressRange> all = {
        {ip("0.0.0.0"), ip("255.255.255.255")},
        {ip("::"), ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")}};
    const auto ask = [&](const net::IpAddress& target) {
      return kernel.ask({.target = target, .port = kTargetPort});
    };
    const RouteMap map = RouteMap::make(std::span(all).subspan(is_v4 ? 0 : 1, 1),
                                        route_boundaries()->destinations, ask)
                             .value();
    for (int i = 0; i < kTargets; ++i) {
      const net::IpAddress target = random_address(random, is_v4);
      const RouteDecision expected = ask(target).value();
      const RouteDecision& route = *map.find(target);
      ASSERT_EQ(route.hop, expected.hop) << to_string(target);
      ASSERT_EQ(route.refusal, expected.refusal) << to_string(target);
      ASSERT_EQ(route.table, expected.table) << to_string(target);
      const FirstPacket packet =
          route.hop ? FirstPacket{route.hop->interface, expected.source} : FirstPacket{};
      ASSERT_EQ(connect(target), packet) << to_string(target);
      if (!route.hop) ++refused;
    }
  }
  fmt::print("seed {}: {} of {} refused\n", seed, refused, 2 * kRuleSets * kTargets);
}

}  // namespace
}  // namespace masscan::host
