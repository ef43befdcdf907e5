#include "nic/xdp/tap.h"

#include <bpf/bpf.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/random.h"
#include "nic/test_cable.h"
#include "nic/test_patterns.h"
#include "nic/test_xdp_oracle.h"
#include "nic/xdp/receiver.h"

namespace masscan::nic {
namespace {

// ---- Frames, from the inside out ----

void put(Frame& frame, std::size_t offset, std::uint16_t value) { store_be(frame, offset, value); }
void put_byte(Frame& frame, std::size_t offset, std::uint8_t value) {
  store_be(frame, offset, value);
}
void put_address(Frame& frame, std::size_t offset, std::string_view text) {
  const net::IpAddress address = ip(text);
  if (address.is_v4()) return store_be(frame, offset, address.v4().number());
  store_be(frame, offset, address.high());
  store_be(frame, offset + 8, address.low());
}

void append(Frame& frame, const Frame& more) {
  frame.insert(frame.end(), more.begin(), more.end());
}

// Makes a TCP segment, or the same bytes for UDP and SCTP.
Frame segment(std::uint16_t from, std::uint16_t to) {
  Frame frame(20);
  put(frame, 0, from);
  put(frame, 2, to);
  return frame;
}

struct Header {
  std::string to;
  std::string from = to.find(':') == std::string::npos ? "192.0.2.1" : "2001:db8::1";
  std::uint8_t protocol = IPPROTO_TCP;
  std::size_t options = 0;          // bytes
  std::uint16_t fragment = 0x4000;  // IPv4: flags and offset
};

Frame packet_v4(const Header& header, const Frame& payload) {
  Frame packet(20 + header.options);
  put_byte(packet, 0, static_cast<std::uint8_t>(0x45 + header.options / 4));
  put(packet, 2, static_cast<std::uint16_t>(packet.size() + payload.size()));
  put(packet, 6, header.fragment);
  put_byte(packet, 8, 64);
  put_byte(packet, 9, header.protocol);
  put_address(packet, 12, header.from);
  put_address(packet, 16, header.to);
  append(packet, payload);
  return packet;
}

Frame packet_v6(const Header& header, const Frame& payload) {
  Frame packet(40);
  put_byte(packet, 0, 0x60);
  put(packet, 4, static_cast<std::uint16_t>(payload.size()));
  put_byte(packet, 6, header.protocol);
  put_byte(packet, 7, 255);
  put_address(packet, 8, header.from);
  put_address(packet, 24, header.to);
  append(packet, payload);
  return packet;
}

Frame packet(const Header& header, const Frame& payload) {
  return ip(header.to).is_v4() ? packet_v4(header, payload) : packet_v6(header, payload);
}

// Makes an extension header of 8 * (1 + `more`) bytes.
Frame extension(std::uint8_t next, std::uint8_t more, const Frame& payload,
                std::uint16_t second_half = 0) {
  Frame frame(8 + std::size_t{more} * 8);
  put_byte(frame, 0, next);
  put_byte(frame, 1, more);
  put(frame, 2, second_half);
  append(frame, payload);
  return frame;
}

Frame icmp(std::uint8_t type, const Frame& body) {
  Frame message(8);
  put_byte(message, 0, type);
  append(message, body);
  return message;
}

Frame neighbor(std::uint8_t type, std::string_view target) {
  Frame body(16);
  put_address(body, 0, target);
  return icmp(type, body);
}

Frame ethernet(std::uint16_t type, const Frame& payload, const std::vector<std::uint16_t>& tags) {
  Frame frame(12);
  for (const std::uint16_t tag : tags) {
    Frame words(4);
    put(words, 0, tag);
    put(words, 2, 5);
    append(frame, words);
  }
  Frame words(2);
  put(words, 0, type);
  append(frame, words);
  append(frame, payload);
  return frame;
}

Frame ethernet(const Frame& packet, const std::vector<std::uint16_t>& tags = {}) {
  const bool is_ipv6 = (packet[0] >> 4) == std::byte{6};
  return ethernet(is_ipv6 ? 0x86dd : 0x0800, packet, tags);
}

Frame arp(std::string_view target) {
  Frame packet(28);
  put(packet, 0, 1);
  put(packet, 2, 0x0800);
  put(packet, 4, 0x0604);
  put(packet, 6, 1);
  put_address(packet, 14, "10.0.0.9");
  put_address(packet, 24, target);
  return ethernet(0x0806, packet, {});
}

// Makes our probe to port 80, or another host's, as an ICMP error quotes it.
Frame quote(const Header& header, std::uint16_t from_port) {
  return packet(header, segment(from_port, 80));
}
Frame error_v4(std::uint8_t type, const Frame& quoted) {
  return ethernet(packet({.to = "10.0.0.1", .protocol = 1}, icmp(type, quoted)));
}
Frame error_v6(std::uint8_t type, const Frame& quoted) {
  return ethernet(packet({.to = "fd00::1", .protocol = 58}, icmp(type, quoted)));
}
// A ping or its answer, of 16 bytes.
Frame echo(std::uint8_t type, std::uint16_t identifier) {
  Frame message = icmp(type, Frame(8));
  put(message, 4, identifier);
  return message;
}
Frame echo_v4(std::uint8_t type, std::uint16_t identifier, std::string to = "10.0.0.1") {
  return ethernet(packet({.to = std::move(to), .protocol = 1}, echo(type, identifier)));
}
Frame echo_v6(std::uint8_t type, std::uint16_t identifier, std::string to = "fd00::1") {
  return ethernet(packet({.to = std::move(to), .protocol = 58}, echo(type, identifier)));
}
Frame cut(Frame frame, std::size_t length) {
  frame.resize(length);
  return frame;
}

// ---- Rows ----

struct Row {
  std::string description;
  Frame frame;
  int outcome;
};

void add_segments(std::vector<Row>& rows) {
  const auto tcp = [](Header header, std::uint16_t port) {
    return ethernet(packet(header, segment(80, port)));
  };
  const auto whole = [&] { return tcp({.to = "10.0.0.1"}, 40000); };
  const auto without_length = [&] {
    Frame frame = whole();
    put(frame, 14, 0x4000);
    put(frame, 16, 40000);  // the total length, at the offset of a destination port
    return frame;
  };
  rows.insert(rows.end(),
              {{"to our first port", tcp({.to = "10.0.0.1"}, 40000), 0},
               {"to the last of the first worker", tcp({.to = "10.0.0.1"}, 40002), 0},
               {"to the port of the second worker", tcp({.to = "10.0.0.1"}, 40003), 1},
               {"below our ports", tcp({.to = "10.0.0.1"}, 39999), kPassed},
               {"above our ports", tcp({.to = "10.0.0.1"}, 40004), kPassed},
               {"to an ssh session", tcp({.to = "10.0.0.1"}, 22), kPassed},
               {"to another address", tcp({.to = "10.0.0.2"}, 40000), kPassed},
               {"below our second range", tcp({.to = "10.9.0.3"}, 40000), kPassed},
               {"first of our second range", tcp({.to = "10.9.0.4"}, 40000), 0},
               {"last of our second range", tcp({.to = "10.9.0.7"}, 40000), 0},
               {"above our second range", tcp({.to = "10.9.0.8"}, 40000), kPassed},
               {"behind options", tcp({.to = "10.0.0.1", .options = 40}, 40000), 0},
               {"behind no header at all", without_length(), kPassed},
               {"first fragment", tcp({.to = "10.0.0.1", .fragment = 0x2000}, 40000), 0},
               {"later fragment", tcp({.to = "10.0.0.1", .fragment = 0x0001}, 40000), kPassed},
               {"last fragment", tcp({.to = "10.0.0.1", .fragment = 0x1fff}, 40000), kPassed},
               {"udp", tcp({.to = "10.0.0.1", .protocol = 17}, 40000), kPassed},
               {"sctp", tcp({.to = "10.0.0.1", .protocol = 132}, 40000), 0},
               {"dccp", tcp({.to = "10.0.0.1", .protocol = 33}, 40000), kPassed},
               {"cut behind its ports", cut(whole(), 38), 0},
               {"cut in its ports", cut(whole(), 37), kPassed},
               {"cut in its IP header", cut(whole(), 33), kPassed},
               {"nothing but Ethernet", cut(whole(), 14), kPassed},
               {"over IPv6", tcp({.to = "fd00::1"}, 40000), 0},
               {"over IPv6 to the second worker", tcp({.to = "fd00::1"}, 40003), 1},
               {"over IPv6 to another port", tcp({.to = "fd00::1"}, 22), kPassed},
               {"over IPv6 to another address", tcp({.to = "fd00::2"}, 40000), kPassed},
               {"below our second IPv6 range", tcp({.to = "fd00:9::fe"}, 40000), kPassed},
               {"in our second IPv6 range", tcp({.to = "fd00:9::abc"}, 40000), 0},
               {"last of our second IPv6 range", tcp({.to = "fd00:9::1:0"}, 40000), 0},
               {"above our second IPv6 range", tcp({.to = "fd00:9::1:1"}, 40000), kPassed},
               {"cut in its IPv6 header", cut(tcp({.to = "fd00::1"}, 40000), 53), kPassed}});
}

void add_extensions(std::vector<Row>& rows) {
  const Frame tcp = segment(80, 40000);
  const auto behind = [](std::uint8_t first, const Frame& payload) {
    return ethernet(packet({.to = "fd00::1", .protocol = first}, payload));
  };
  Frame many = tcp;
  for (int i = 0; i < 4; ++i) many = extension(i == 0 ? 6 : 60, 0, many);
  rows.insert(rows.end(),
              {{"behind a hop-by-hop header", behind(0, extension(6, 0, tcp)), 0},
               {"behind a long routing header", behind(43, extension(6, 5, tcp)), 0},
               {"behind two", behind(0, extension(60, 1, extension(6, 2, tcp))), 0},
               {"behind four", behind(60, many), 0},
               {"behind five", behind(60, extension(60, 0, many)), kPassed},
               {"behind one that is cut", cut(behind(0, extension(6, 9, tcp)), 100), kPassed},
               {"first IPv6 fragment", behind(44, extension(6, 0, tcp, 0x0001)), 0},
               {"later IPv6 fragment", behind(44, extension(6, 0, tcp, 0x0008)), kPassed}});
}

void add_tags(std::vector<Row>& rows) {
  const Frame tcp = packet({.to = "10.0.0.1"}, segment(80, 40003));
  const Frame tcp_v6 = packet({.to = "fd00::1"}, segment(80, 40003));
  rows.insert(rows.end(), {{"behind a tag", ethernet(tcp, {0x8100}), 1},
                           {"IPv6 behind a tag", ethernet(tcp_v6, {0x8100}), 1},
                           {"behind two tags", ethernet(tcp, {0x88a8, 0x8100}), 1},
                           {"behind three tags", ethernet(tcp, {0x88a8, 0x8100, 0x8100}), kPassed},
                           {"behind something else", ethernet(tcp, {0x8847}), kPassed},
                           {"cut in its tag", cut(ethernet(tcp, {0x8100}), 17), kPassed}});
}

void add_errors(std::vector<Row>& rows) {
  const Header ours{.to = "192.0.2.1", .from = "10.0.0.1"};
  const Header ours_v6{.to = "2001:db8::1", .from = "fd00::1"};
  const auto with = [](Header header, auto change) {
    change(header);
    return header;
  };
  const Header with_options = with(ours, [](Header& h) { h.options = 12; });
  const Header of_udp = with(ours, [](Header& h) { h.protocol = 17; });
  const Header fragment = with(ours, [](Header& h) { h.fragment = 0x0010; });
  const Header of_another = with(ours, [](Header& h) { h.from = "10.0.0.2"; });
  const Header of_our_other = with(ours, [](Header& h) { h.from = "10.9.0.4"; });
  rows.insert(
      rows.end(),
      {{"unreachable, quoting the first worker", error_v4(3, quote(ours, 40000)), 0},
       {"unreachable, quoting the second worker", error_v4(3, quote(ours, 40003)), 1},
       {"time exceeded", error_v4(11, quote(ours, 40000)), 0},
       {"quoting eight bytes", cut(error_v4(3, quote(ours, 40000)), 14 + 28 + 28), 0},
       {"quoting too little", cut(error_v4(3, quote(ours, 40000)), 14 + 28 + 23), kPassed},
       {"quoting options", error_v4(3, quote(with_options, 40003)), 1},
       {"quoting the kernel", error_v4(3, quote(ours, 50000)), kPassed},
       {"quoting the kernel's udp", error_v4(3, quote(of_udp, 40000)), kPassed},
       {"quoting a later fragment", error_v4(3, quote(fragment, 40000)), kPassed},
       {"quoting somebody else", error_v4(3, quote(of_another, 40000)), kPassed},
       {"quoting our other address", error_v4(3, quote(of_our_other, 40000)), kPassed},
       {"redirect", error_v4(5, quote(ours, 40000)), kPassed},
       {"echo request", error_v4(8, quote(ours, 40000)), kPassed},
       {"echo reply", error_v4(0, quote(ours, 40000)), kPassed},
       {"icmpv6 unreachable", error_v6(1, quote(ours_v6, 40000)), 0},
       {"icmpv6 parameter problem", error_v6(4, quote(ours_v6, 40003)), 1},
       {"icmpv6 quoting the kernel", error_v6(1, quote(ours_v6, 50000)), kPassed},
       {"icmpv6 quoting another", error_v6(1, quote({"::1", "fd00::2"}, 40000)), kPassed},
       {"icmpv6 echo request", error_v6(128, quote(ours_v6, 40000)), kPassed},
       {"icmpv6 quoting too little", cut(error_v6(1, quote(ours_v6, 40000)), 105), kPassed}});
}

void add_pings(std::vector<Row>& rows) {
  const Header ours{.to = "192.0.2.1", .from = "10.0.0.1", .protocol = 1};
  const Header ours_v6{.to = "2001:db8::1", .from = "fd00::1", .protocol = 58};
  const auto quoting = [&](std::uint8_t type, std::uint16_t identifier) {
    return error_v4(3, packet(ours, echo(type, identifier)));
  };
  const auto quoting_v6 = [&](std::uint8_t type, std::uint16_t identifier) {
    return error_v6(1, packet(ours_v6, echo(type, identifier)));
  };
  rows.insert(rows.end(),
              {{"ping answered to the first worker", echo_v4(0, 40000), kShared},
               {"ping answered to the second worker", echo_v4(0, 40003), kShared + 1},
               {"ping answered to the kernel", echo_v4(0, 4711), kPassed},
               {"ping answered to another", echo_v4(0, 40000, "10.0.0.2"), kPassed},
               {"ping with our number", echo_v4(8, 40000), kPassed},
               {"timestamp answered", echo_v4(14, 40000), kPassed},
               {"ping answered, cut in its number", cut(echo_v4(0, 40000), 14 + 20 + 5), kPassed},
               {"quoting our ping", quoting(8, 40003), kShared + 1},
               {"quoting eight bytes of it", cut(quoting(8, 40000), 14 + 28 + 28), kShared},
               {"quoting the kernel's ping", quoting(8, 4711), kPassed},
               {"quoting an answer", quoting(0, 40000), kPassed},
               {"IPv6 ping answered", echo_v6(129, 40002), kShared},
               {"IPv6 ping answered to the kernel", echo_v6(129, 4711), kPassed},
               {"IPv6 ping answered to another", echo_v6(129, 40002, "fd00::2"), kPassed},
               {"IPv6 ping with our number", echo_v6(128, 40002), kPassed},
               {"quoting our IPv6 ping", quoting_v6(128, 40003), kShared + 1},
               {"quoting the kernel's IPv6 ping", quoting_v6(128, 4711), kPassed}});
}

void add_neighbors(std::vector<Row>& rows) {
  const auto ndp = [](std::string to, const Frame& message) {
    return ethernet(packet({.to = std::move(to), .protocol = 58}, message));
  };
  rows.insert(
      rows.end(),
      {{"arp for us", arp("10.0.0.1"), kCopied},
       {"arp for one of our range", arp("10.9.0.5"), kCopied},
       {"arp for another", arp("10.0.0.3"), kPassed},
       {"arp announcement", arp("10.0.0.9"), kCopied},
       {"arp cut short", cut(arp("10.0.0.1"), 41), kPassed},
       {"solicitation of us", ndp("ff02::1:ff00:1", neighbor(135, "fd00::1")), kCopied},
       {"the same, cut", cut(ndp("fd00::1", neighbor(135, "fd00::1")), 77), kPassed},
       {"solicitation of another", ndp("ff02::1:ff00:1", neighbor(135, "fd01::1")), kPassed},
       {"advertisement to us", ndp("fd00::1", neighbor(136, "fd00::7")), kCopied},
       {"advertisement to all", ndp("ff02::1", neighbor(136, "fd00::7")), kCopied},
       {"advertisement to another", ndp("fd00::2", neighbor(136, "fd00::7")), kPassed},
       {"router advertisement", ndp("ff02::1", neighbor(134, "fd00::1")), kPassed},
       {"spanning tree", ethernet(0x0026, Frame(60), {}), kPassed}});
}

std::vector<Row> rows() {
  std::vector<Row> rows;
  add_segments(rows);
  add_extensions(rows);
  add_tags(rows);
  add_errors(rows);
  add_pings(rows);
  add_neighbors(rows);
  return rows;
}

// The checksum field as a kernel leaves it to hardware: the sum (RFC 1071) of the TCP pseudo-header
// alone, and not inverted.
std::uint16_t pseudo_header_sum(const Header& header, std::size_t length) {
  Frame pseudo;
  for (const std::string& text : {header.from, header.to}) {
    Frame address(ip(text).is_v4() ? 4 : 16);
    put_address(address, 0, text);
    append(pseudo, address);
  }
  std::size_t sum = IPPROTO_TCP + length;
  for (std::size_t i = 0; i < pseudo.size(); i += 2) sum += load_be<std::uint16_t>(pseudo, i);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

// ---- Running the frames ----

class XdpTapTest : public TestCable {
 protected:
  void SetUp() override {
    TestCable::SetUp();
    if (IsSkipped()) return;
    auto tap = XdpTap::open({.interface = "left",
                             .sources = our_addresses(),
                             .patterns = {kTcpPatterns, kEchoPatterns, kSctpPatterns}});
    ASSERT_TRUE(tap) << tap.error().message;
    tap_ = std::move(tap).value();
    for (const net::PortRange& ports : kPorts) {
      auto receiver = XdpReceiver::open({.tap = *tap_, .ports = ports, .ring_bytes = 1 << 18});
      ASSERT_TRUE(receiver) << receiver.error().message;
      receivers_.push_back(std::move(receiver).value());
    }
  }

  // Runs the program in the kernel on a frame.
  int outcome_of(const Frame& frame) {
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = frame.data();
    run.data_size_in = static_cast<std::uint32_t>(frame.size());
    EXPECT_EQ(bpf_prog_test_run_opts(tap_->program_fd(), &run), 0) << std::strerror(errno);
    const bool is_passed = run.retval == XDP_PASS;
    EXPECT_TRUE(is_passed || run.retval == XDP_DROP) << run.retval;
    const bool in_first = is_delivered(*receivers_[0], frame);
    const bool in_second = is_delivered(*receivers_[1], frame);
    if (in_first && in_second && is_passed) return kCopied;
    if (in_first != in_second) return is_passed ? kShared + in_second : in_second;
    EXPECT_TRUE(!in_first && !in_second && is_passed);
    return kPassed;
  }

  bool is_delivered(XdpReceiver& receiver, const Frame& frame) {
    const std::span<const RxFrame> received = receiver.receive();
    EXPECT_LE(received.size(), 1u);
    for (const RxFrame& view : received) {
      EXPECT_TRUE(std::ranges::equal(view.bytes, frame));
      has_checksum_ = view.has_checksum;
    }
    receiver.release();
    return !received.empty();
  }

  std::unique_ptr<XdpTap> tap_;
  std::vector<std::unique_ptr<XdpReceiver>> receivers_;
  bool has_checksum_ = true;  // of the last received frame
};

TEST_F(XdpTapTest, DecidesWhoGetsAFrame) {
  for (const Row& row : rows()) {
    EXPECT_EQ(outcome_of(row.frame), row.outcome) << row.description;
    EXPECT_EQ(XdpOracle(row.frame).outcome(), row.outcome) << row.description;
  }
}

std::string hex(const Frame& frame) {
  std::string text;
  for (const std::byte octet : frame) text += fmt::format("{:02x}", static_cast<unsigned>(octet));
  return text;
}

// Changes some bytes of the headers to random values or to those of another frame, and may truncate
// the frame.
Frame mutate(Frame frame, const Frame& other, Random& random) {
  constexpr std::size_t kHeaders = 110;
  for (std::uint64_t changes = random.below(4); changes > 0; --changes) {
    const std::size_t at = 12 + random.below(std::min(frame.size(), kHeaders) - 12);
    const bool is_taken_over = random.chance(0.5) && at < other.size();
    frame[at] = is_taken_over ? other[at] : static_cast<std::byte>(random.below(256));
  }
  if (random.chance(0.1)) frame.resize(14 + random.below(frame.size() - 13));
  return frame;
}

TEST_F(XdpTapTest, DecidesLikeTheOracleOnMutatedFrames) {
  const std::uint64_t seed = random_uint64();
  SCOPED_TRACE(seed);
  Random random(seed);
  const std::vector<Row> seeds = rows();
  std::array<int, 6> outcomes{};
  for (int i = 0; i < 40'000; ++i) {
    const Row& row = seeds[random.below(seeds.size())];
    const Frame frame = mutate(row.frame, seeds[random.below(seeds.size())].frame, random);
    const int expected = XdpOracle(frame).outcome();
    ASSERT_EQ(outcome_of(frame), expected) << row.description << ": " << hex(frame);
    ++outcomes[static_cast<std::size_t>(expected + 1)];
  }
  for (const int count : outcomes) EXPECT_GT(count, 500) << "the frames are all alike";
}

struct ChecksumRow {
  std::string description;
  Header header;
  std::vector<std::uint16_t> tags{};
  bool has_extension = false;
};

TEST_F(XdpTapTest, RecognisesAChecksumThatTheSendersKernelDidNotFinish) {
  const std::vector<ChecksumRow> rows = {
      {"IPv4", {.to = "10.0.0.1"}},
      {"IPv4 behind options", {.to = "10.0.0.1", .options = 8}},
      {"IPv4 behind a tag", {.to = "10.9.0.4"}, {0x8100}},
      {"IPv6", {.to = "fd00::1"}},
      {"IPv6 behind an extension header", {.to = "fd00::1", .protocol = 60}, {}, true}};
  for (const ChecksumRow& row : rows) {
    Frame tcp = segment(80, 40000);
    const std::uint16_t sum = pseudo_header_sum(row.header, tcp.size());
    for (const std::uint16_t field : {sum, static_cast<std::uint16_t>(sum + 1)}) {
      put(tcp, 16, field);
      const Frame payload = row.has_extension ? extension(IPPROTO_TCP, 1, tcp) : tcp;
      EXPECT_EQ(outcome_of(ethernet(packet(row.header, payload), row.tags)), 0);
      EXPECT_EQ(has_checksum_, field != sum) << row.description;
    }
  }
}

TEST_F(XdpTapTest, RecognisesAChecksumOfSctpThatTheSendersKernelDidNotFinish) {
  for (const char* to : {"10.0.0.1", "fd00::1"}) {
    for (const std::uint16_t half : {0, 1}) {
      Frame sctp = segment(80, 40000);
      put(sctp, 10, half);
      EXPECT_EQ(outcome_of(ethernet(packet({.to = to, .protocol = IPPROTO_SCTP}, sctp))), 0);
      EXPECT_EQ(has_checksum_, half != 0) << to;
    }
  }
}

}  // namespace
}  // namespace masscan::nic
