#include "format/binary.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "format/formats.h"
#include "support/arbitrary.h"

namespace masscan::format {
namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

FileItem parsed(std::string_view frame) {
  std::string unused;
  return kBinaryFormat.parse(frame, unused);
}

bool same(const record::Record& a, const record::Record& b) {
  return a.time == b.time && a.address == b.address && a.port == b.port &&
         a.ip_protocol == b.ip_protocol && a.state == b.state && a.reason == b.reason &&
         a.ttl == b.ttl && a.suspect == b.suspect && a.payload == b.payload;
}

record::Record example() {
  return {.time = WallTime(std::chrono::seconds(1700000001)),
          .address = net::Ipv4Address(0x0a320901),
          .port = {net::Transport::kTcp, 80},
          .state = record::PortState::kOpen,
          .reason = 0x12,
          .ttl = 64};
}

TEST(Binary, WritesTheExampleOfItsDescription) {
  std::string text;
  kBinaryFormat.record(text, example());
  EXPECT_EQ(text, bytes({0x06, 0x0d, 0x65, 0x53, 0xf1, 0x01, 0x0a, 0x32, 0x09, 0x01, 0x06, 0x00,
                         0x50, 0x12, 0x40}));
}

TEST(Binary, KeepsWhatIsFilteredForOurReadersOnly) {
  record::Record filtered = example();
  filtered.state = record::PortState::kFiltered;
  filtered.cause = record::Cause::kHostProhibited;
  filtered.payload = 13;
  for (const net::IpAddress address :
       {net::IpAddress(net::Ipv4Address(1)), *net::IpAddress::parse("2001:db8::1")}) {
    filtered.address = address;
    std::string text, exact;
    kBinaryFormat.record(text, filtered);
    append_exact_binary_record(exact, filtered);
    EXPECT_EQ(std::get<record::Record>(parsed(text)).state, record::PortState::kClosed);
    EXPECT_EQ(std::get<record::Record>(parsed(exact)).state, record::PortState::kFiltered);
    EXPECT_EQ(std::get<record::Record>(parsed(exact)).cause, record::Cause::kHostProhibited);
    EXPECT_EQ(std::get<record::Record>(parsed(exact)).address, address);
    EXPECT_EQ(std::get<record::Record>(parsed(exact)).payload, 13);
    for (int i = 0; i < 2; ++i) {  // as spools had it before records had a payload, a suspicion
      exact.pop_back();
      --exact[1];
      EXPECT_EQ(std::get<record::Record>(parsed(exact)).cause, record::Cause::kHostProhibited);
      EXPECT_EQ(std::get<record::Record>(parsed(exact)).payload, 0);
    }
  }
}

TEST(Binary, KeepsASuspicionForOurReadersOnly) {
  record::Record fake = example();
  fake.suspect = record::Suspect::kDenseHost;
  std::string text, plain, exact;
  kBinaryFormat.record(plain, example());
  kBinaryFormat.record(text, fake);
  append_exact_binary_record(exact, fake);
  EXPECT_EQ(text, plain);
  EXPECT_EQ(std::get<record::Record>(parsed(exact)).suspect, record::Suspect::kDenseHost);
}

TEST(Binary, KeepsSoftwareForOurReadersOnly) {
  const std::string longest(record::kMaxBannerBytes, 'x');
  for (const net::IpAddress address :
       {net::IpAddress(net::Ipv4Address(1)), *net::IpAddress::parse("2001:db8::1")}) {
    for (const std::string_view said :
         {std::string_view(), std::string_view("SSH-2.0-a"), std::string_view(longest)}) {
      record::Banner banner{.address = address,
                            .port = {net::Transport::kTcp, 22},
                            .application = record::Application::kSsh2,
                            .ttl = 64,
                            .text = said};
      std::string plain, text, exact;
      kBinaryFormat.banner(plain, banner);
      append_exact_binary_banner(exact, banner);
      EXPECT_EQ(exact, plain) << "without software it is an ordinary one";
      exact.clear();
      banner.software = "OpenSSH_9.2p1";
      kBinaryFormat.banner(text, banner);
      EXPECT_EQ(text, plain);
      append_exact_binary_banner(exact, banner);
      EXPECT_EQ(kBinaryFormat.item_length(exact), exact.size());
      const auto read = std::get<record::Banner>(parsed(exact));
      EXPECT_EQ(read.software, banner.software);
      EXPECT_EQ(read.text, said.substr(0, record::kMaxBannerBytes - 14));
      EXPECT_EQ(read.address, address);
      EXPECT_EQ(read.port, banner.port);
      EXPECT_EQ(read.application, banner.application);
      EXPECT_EQ(read.ttl, 64);
    }
  }
}

TEST(Binary, ReadsNoSoftwareBeyondItsRecord) {
  std::string exact;
  append_exact_binary_banner(exact,
                             {.address = net::Ipv4Address(1), .text = "", .software = "abc"});
  EXPECT_EQ(std::get<record::Banner>(parsed(exact)).software, "abc");
  for (std::size_t body = exact.size() - 2; body-- > 0;) {
    exact.pop_back();
    exact[1] = static_cast<char>(body);
    EXPECT_TRUE(std::holds_alternative<Malformed>(parsed(exact))) << body;
  }
}

TEST(Binary, HasHeaderAndTrailerOf99Bytes) {
  std::string header, trailer;
  kBinaryFormat.header(header, {.began = WallTime(std::chrono::seconds(1700000001)), .ports = {}});
  kBinaryFormat.trailer(trailer, {});
  EXPECT_TRUE(header.starts_with("masscan/1.1\ns:1700000001\n"));
  EXPECT_TRUE(trailer.starts_with("masscan/1.1"));
  for (const std::string& text : {header, trailer}) {
    EXPECT_EQ(text.size(), 99u);
    EXPECT_EQ(kBinaryFormat.item_length(text), 99u);
    EXPECT_TRUE(std::holds_alternative<NotAResult>(parsed(text)));
  }
}

std::string header(std::string text) {
  text.resize(99);
  return text;
}

TEST(Binary, TellsTheBeginningOfVersion1102Only) {
  const FileItem beginning = parsed(header("masscan/1.1.02\ns:1385000000\n"));
  ASSERT_TRUE(std::holds_alternative<ScanStart>(beginning));
  EXPECT_EQ(record::unix_seconds(std::get<ScanStart>(beginning).time), 1385000000);
  for (const auto* text : {"masscan/1.1.01", "masscan/1.1\ns:1385000000\n",
                           "masscan/1.1.02\ns:many\n", "masscan/1.1.02\ns:", "masscan/1.1.02"}) {
    EXPECT_TRUE(std::holds_alternative<NotAResult>(parsed(header(text)))) << text;
  }
}

TEST(Binary, NamesHeadersOfOtherVersions) {
  for (const auto* text : {"masscan/1.0", "masscan/1.6\ns:1\n", "masscan/1.15", "many words"}) {
    EXPECT_TRUE(std::holds_alternative<Malformed>(parsed(header(text)))) << text;
  }
}

TEST(Binary, KeepsBannersThatNeedThreeBytesOfLength) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{113}, std::size_t{114},
                                 std::size_t{16369}, std::size_t{16370}, record::kMaxBannerBytes}) {
    const std::string banner(size, 'x');
    std::string text;
    kBinaryFormat.banner(text, {.address = net::Ipv4Address(1), .text = banner});
    ASSERT_EQ(kBinaryFormat.item_length(text), text.size()) << size;
    const FileItem read = parsed(text);
    ASSERT_TRUE(std::holds_alternative<record::Banner>(read)) << size;
    EXPECT_EQ(std::get<record::Banner>(read).text, banner);
  }
}

TEST(Binary, CutsABannerThatNoReaderWouldTake) {
  const std::string banner(record::kMaxBannerBytes + 1, 'x');
  std::string text;
  kBinaryFormat.banner(text, {.address = net::Ipv6Address(1), .text = banner});
  EXPECT_EQ(kBinaryFormat.item_length(text), text.size());
}

TEST(Binary, KeepsTheNumberOfAProtocolWithoutName) {
  record::Record record = example();
  record.port.transport = net::Transport::kIp;
  record.ip_protocol = 47;
  std::string text;
  kBinaryFormat.record(text, record);
  EXPECT_EQ(std::get<record::Record>(parsed(text)).ip_protocol, 47);
}

// A scan of IP protocols finds protocol 6, not its port 6.
TEST(Binary, DistinguishesAProtocolWithPortsFromItsPorts) {
  for (const net::IpAddress address :
       {net::IpAddress(net::Ipv4Address(1)), *net::IpAddress::parse("2001:db8::1")}) {
    for (const std::uint8_t number : {1, 6, 17, 132, 200}) {
      record::Record record = example();
      record.address = address;
      record.port = {net::Transport::kIp, number};
      record.ip_protocol = number;
      std::string text;
      append_exact_binary_record(text, record);
      const auto read = std::get<record::Record>(parsed(text));
      EXPECT_EQ(read.port, record.port);
      EXPECT_EQ(read.ip_protocol, number == 200 ? number : record::kUnknownProtocol);
    }
  }
}

TEST(Binary, NamesRecordsThatAreTooShort) {
  for (int type = 1; type <= 13; ++type) {
    for (int length = 0; length < 12; ++length) {
      std::string text = bytes({type, length});
      text.resize(text.size() + static_cast<std::size_t>(length) + (type == 4 ? 1 : 0));
      ASSERT_EQ(kBinaryFormat.item_length(text), text.size());
      const FileItem read = parsed(text);
      // A body of 13 bytes is complete, although its length says 12.
      EXPECT_TRUE(std::holds_alternative<Malformed>(read)) << type << ' ' << length;
    }
  }
}

TEST(Binary, PassesOverTypesItDoesNotKnow) {
  for (const auto& text : {bytes({0, 0}), bytes({14, 2, 1, 2}), bytes({0x81, 0x06, 1, 0})}) {
    EXPECT_EQ(kBinaryFormat.item_length(text + "more"), text.size());
    EXPECT_TRUE(std::holds_alternative<Malformed>(parsed(text)));
  }
}

TEST(Binary, WaitsForTheEndOfARecord) {
  std::string text;
  kBinaryFormat.record(text, example());
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_EQ(kBinaryFormat.item_length(text.substr(0, length)), 0u) << length;
  }
}

TEST(Binary, DoesNotBelieveEveryLength) {
  EXPECT_EQ(kBinaryFormat.item_length(bytes({6, 0xc0, 0x80, 0x00})), 0u);  // a MiB that is to come
  EXPECT_EQ(kBinaryFormat.item_length(bytes({6, 0xc0, 0x80, 0x01})), kEndless);
  EXPECT_EQ(kBinaryFormat.item_length(bytes({6}) + std::string(30, '\xff') + '\x7f'), kEndless);
  // Leading zeros mean nothing.
  EXPECT_EQ(kBinaryFormat.item_length(bytes({0x80, 0x80, 6, 0x80, 1, 9})), 6u);
}

// Makes records of all kinds; the last one may be truncated.
std::string any_frames() {
  std::string text;
  for (int count = *rc::gen::inRange(0, 600); count > 0; --count) {
    record::Record record = example();
    record.address = net::Ipv4Address(test::any<std::uint32_t>());
    record.port.number = test::any<std::uint16_t>();
    record.state = static_cast<record::PortState>(
        *rc::gen::weightedElement<int>({{200, 1}, {20, 2}, {1, 3}, {1, 4}}));
    const int kind = *rc::gen::inRange(0, 200);
    if (kind == 0) record.address = net::Ipv6Address(1);
    if (kind == 1) text += bytes({14, 2, 1, 2});
    if (kind == 2) kBinaryFormat.banner(text, {.address = net::Ipv4Address(1), .text = "hello"});
    append_exact_binary_record(text, record);
  }
  return text.substr(0, text.size() - std::min<std::size_t>(text.size(), *rc::gen::inRange(0, 15)));
}

RC_GTEST_PROP(Binary, ReadsRunsAsItReadsFrames, ()) {
  const std::string text = any_frames();
  std::vector<record::Record> run;
  std::size_t in_runs = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = kBinaryFormat.parse_run(rest, run);
    for (const record::Record& record : run) {
      const std::size_t frame = kBinaryFormat.item_length(rest);
      RC_ASSERT(frame > 0u);
      RC_ASSERT(same(std::get<record::Record>(parsed(rest.substr(0, frame))), record));
      rest.remove_prefix(frame);
    }
    in_runs += length;
    RC_ASSERT(in_runs == text.size() - rest.size());
    const std::size_t next = kBinaryFormat.item_length(rest);
    if (next == 0) break;
    if (!run.empty()) continue;
    rest.remove_prefix(next);
    in_runs += next;
  }
}

RC_GTEST_PROP(Binary, WritesRunsAsItWritesRecords, ()) {
  std::vector<record::Record> records(*rc::gen::inRange<std::size_t>(0, 100), example());
  for (record::Record& record : records) {
    record.address = net::Ipv4Address(test::any<std::uint32_t>());
    if (*rc::gen::inRange(0, 20) == 0) record.address = net::Ipv6Address(1);
    record.state = static_cast<record::PortState>(*rc::gen::inRange(0, 5));
    record.port = {*rc::gen::element(net::Transport::kTcp, net::Transport::kIp), 7};
  }
  std::string singly = "before";
  for (const record::Record& record : records) kBinaryFormat.record(singly, record);
  std::string together = "before";
  for (std::span<const record::Record> rest(records); !rest.empty();) {
    const std::size_t count = kBinaryFormat.append_run(together, rest);
    RC_ASSERT(count <= rest.size());
    RC_ASSERT((count == rest.size() || rest[count].address.is_v6()));
    rest = rest.subspan(count);
    if (rest.empty()) break;
    kBinaryFormat.record(together, rest.front());
    rest = rest.subspan(1);
  }
  RC_ASSERT(together == singly);
}

TEST(Binary, ReadsPlainRecordsInRuns) {
  std::string text;
  for (int i = 0; i < 100; ++i) kBinaryFormat.record(text, example());
  std::vector<record::Record> run(7);
  EXPECT_EQ(kBinaryFormat.parse_run(text + "\x06", run), text.size());
  EXPECT_EQ(run.size(), 100u);
}

RC_GTEST_PROP(Binary, NeverTakesMoreThanThereIs, (const std::string& text)) {
  const auto length = kBinaryFormat.item_length(text);
  if (length == 0 || length == kEndless) return;
  RC_ASSERT(length <= text.size());
  parsed(std::string_view(text).substr(0, length));
}

}  // namespace
}  // namespace masscan::format
