#include "nic/packet_filter.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "base/unique_fd.h"
#include "nic/test_patterns.h"

namespace masscan::nic {
namespace {

using Frame = std::vector<std::byte>;

constexpr net::PortRange kPorts{40000, 40003};

// The kernel's own interpreter, by way of a socket pair: no privilege is needed.
class Filter {
 public:
  explicit Filter(LinkLayer link_layer,
                  std::vector<net::ProbePatterns> patterns = {kTcpPatterns, kEchoPatterns}) {
    std::array<int, 2> ends;
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    in_ = UniqueFd(ends[0]);
    out_ = UniqueFd(ends[1]);
    std::vector<sock_filter> code = make_packet_filter(link_layer, patterns, kPorts);
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    EXPECT_EQ(::setsockopt(out_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
  }

  bool accepts(const Frame& frame) {
    static_cast<void>(::send(in_.get(), frame.data(), frame.size(), 0));
    std::array<std::byte, 2048> copy;
    const ssize_t length = ::recv(out_.get(), copy.data(), copy.size(), 0);
    return length == static_cast<ssize_t>(frame.size());
  }

 private:
  UniqueFd in_, out_;
};

void put(Frame& frame, std::size_t offset, std::uint16_t value) {
  store_be<std::uint16_t>(frame, offset, value);
}
void put_byte(Frame& frame, std::size_t offset, std::uint8_t value) {
  store_be<std::uint8_t>(frame, offset, value);
}

// An IPv4 packet whose header has `options` further bytes; `first` is the first half-word of its
// payload, `port` the second one.
Frame ipv4(std::uint8_t protocol, std::uint16_t first, std::uint16_t port,
           std::size_t options = 0) {
  Frame packet(60 + options);
  put_byte(packet, 0, static_cast<std::uint8_t>(0x45 + options / 4));
  put_byte(packet, 9, protocol);
  put(packet, 20 + options, first);
  put(packet, 22 + options, port);
  return packet;
}

Frame ipv4_fragment(std::uint16_t flags_and_offset) {
  Frame packet = ipv4(6, 80, 40000);
  put(packet, 6, flags_and_offset);
  return packet;
}

Frame ipv6_fragment(std::uint8_t protocol, std::uint16_t offset_and_flag, std::uint16_t port) {
  Frame packet(80);
  put_byte(packet, 0, 0x60);
  put_byte(packet, 6, 44);
  put_byte(packet, 40, protocol);
  put(packet, 42, offset_and_flag);
  put(packet, 50, port);
  return packet;
}

Frame ipv6(std::uint8_t next_header, std::uint16_t first, std::uint16_t port) {
  Frame packet(80);
  put_byte(packet, 0, 0x60);
  put_byte(packet, 6, next_header);
  put(packet, 40, first);
  put(packet, 42, port);
  return packet;
}

constexpr std::uint16_t icmp_type(std::uint8_t type) {
  return static_cast<std::uint16_t>(type << 8);
}

// A message with this identifier.
Frame echo(Frame packet, std::size_t header_length, std::uint16_t identifier) {
  put(packet, header_length + 4, identifier);
  return packet;
}

Frame ethernet(std::uint16_t type, const Frame& payload) {
  Frame frame(14);
  put(frame, 12, type);
  frame.insert(frame.end(), payload.begin(), payload.end());
  return frame;
}

struct Case {
  std::string name;
  Frame packet;
  bool is_accepted;
};

std::vector<Case> cases() {
  return {
      {"tcp to our first port", ipv4(6, 80, 40000), true},
      {"tcp to our last port", ipv4(6, 80, 40003), true},
      {"tcp behind options", ipv4(6, 80, 40001, 12), true},
      {"tcp below our ports", ipv4(6, 80, 39999), false},
      {"tcp above our ports", ipv4(6, 80, 40004), false},
      {"tcp from our port", ipv4(6, 40000, 80), false},
      {"first fragment", ipv4_fragment(0x2000), true},
      {"later fragment", ipv4_fragment(0x0001), false},
      {"whole and not to be fragmented", ipv4_fragment(0x4000), true},
      {"unreachable", ipv4(1, icmp_type(3), 0), true},
      {"time exceeded", ipv4(1, icmp_type(11), 0), true},
      {"time exceeded behind options", ipv4(1, icmp_type(11), 0, 8), true},
      {"echo request", ipv4(1, icmp_type(8), 0), false},
      {"echo reply", echo(ipv4(1, icmp_type(0), 0), 20, 40000), true},
      {"echo reply behind options", echo(ipv4(1, icmp_type(0), 0, 8), 28, 40003), true},
      {"echo reply to the kernel", echo(ipv4(1, icmp_type(0), 0), 20, 4711), false},
      {"echo request with our number", echo(ipv4(1, icmp_type(8), 0), 20, 40000), false},
      {"udp to our port", ipv4(17, 53, 40000), false},
      {"tcp over ipv6", ipv6(6, 80, 40000), true},
      {"tcp over ipv6 to another port", ipv6(6, 80, 40004), false},
      {"udp over ipv6", ipv6(17, 53, 40000), false},
      {"icmpv6 unreachable", ipv6(58, icmp_type(1), 0), true},
      {"icmpv6 time exceeded", ipv6(58, icmp_type(3), 0), true},
      {"icmpv6 echo request", ipv6(58, icmp_type(128), 0), false},
      {"icmpv6 echo reply", echo(ipv6(58, icmp_type(129), 0), 40, 40001), true},
      {"icmpv6 echo reply to the kernel", echo(ipv6(58, icmp_type(129), 0), 40, 4711), false},
      {"icmpv6 echo request with our number", echo(ipv6(58, icmp_type(128), 0), 40, 40001), false},
      {"router advertisement", ipv6(58, icmp_type(134), 0), false},
      {"neighbor solicitation", ipv6(58, icmp_type(135), 0), true},
      {"neighbor advertisement", ipv6(58, icmp_type(136), 0), true},
      {"redirect", ipv6(58, icmp_type(137), 0), false},
      {"first fragment over ipv6", ipv6_fragment(6, 1, 40000), true},
      {"later fragment over ipv6", ipv6_fragment(6, 8, 40000), false},
      {"fragment to another port over ipv6", ipv6_fragment(6, 1, 40004), false},
      {"fragment of another protocol over ipv6", ipv6_fragment(17, 1, 40000), false},
  };
}

TEST(PacketFilter, DecidesOnRawIp) {
  Filter filter(LinkLayer::kRawIp);
  for (const Case& c : cases()) EXPECT_EQ(filter.accepts(c.packet), c.is_accepted) << c.name;
  EXPECT_FALSE(filter.accepts(Frame(60)));
}

TEST(PacketFilter, DecidesOnEthernet) {
  Filter filter(LinkLayer::kEthernet);
  for (const Case& c : cases()) {
    const bool is_ipv6 = (c.packet[0] >> 4) == std::byte{6};
    const Frame frame = ethernet(is_ipv6 ? 0x86dd : 0x0800, c.packet);
    EXPECT_EQ(filter.accepts(frame), c.is_accepted) << c.name;
  }
  EXPECT_TRUE(filter.accepts(ethernet(0x0806, Frame(46))));
  EXPECT_FALSE(filter.accepts(ethernet(0x88cc, Frame(46))));
}

TEST(PacketFilter, LetsInTheRepliesOfNothingThatIsNotAsked) {
  const Frame ping = echo(ipv4(1, icmp_type(0), 0), 20, 40000);
  const Frame ping_v6 = echo(ipv6(58, icmp_type(129), 0), 40, 40000);
  Filter tcp(LinkLayer::kRawIp, {kTcpPatterns});
  EXPECT_TRUE(tcp.accepts(ipv4(6, 80, 40000)));
  EXPECT_FALSE(tcp.accepts(ping));
  EXPECT_FALSE(tcp.accepts(ping_v6));
  Filter pings(LinkLayer::kRawIp, {kEchoPatterns});
  EXPECT_FALSE(pings.accepts(ipv4(6, 80, 40000)));
  EXPECT_FALSE(pings.accepts(ipv6(6, 80, 40000)));
  EXPECT_TRUE(pings.accepts(ping));
  EXPECT_TRUE(pings.accepts(ping_v6));
}

TEST(PacketFilter, LetsInErrorsBesideRepliesOfAnyType) {
  Filter filter(LinkLayer::kRawIp, {{.reply_v4 = {.protocol = 1, .port_at = 4}}});
  EXPECT_TRUE(filter.accepts(echo(ipv4(1, icmp_type(14), 0), 20, 40000)));
  EXPECT_FALSE(filter.accepts(echo(ipv4(1, icmp_type(14), 0), 20, 4711)));
  EXPECT_TRUE(filter.accepts(ipv4(1, icmp_type(3), 0)));
}

TEST(PacketFilter, DropsWhatIsCutShort) {
  Filter filter(LinkLayer::kEthernet);
  const Frame whole = ethernet(0x0800, ipv4(6, 80, 40000));
  constexpr std::size_t kThroughPorts = 14 + 20 + 4;
  for (std::size_t length = 1; length < kThroughPorts; ++length) {
    EXPECT_FALSE(filter.accepts(Frame(whole.begin(), whole.begin() + static_cast<long>(length))))
        << length;
  }
}

}  // namespace
}  // namespace masscan::nic
