#include "host/resolver.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <map>
#include <thread>

#include "base/bytes.h"
#include "base/unique_fd.h"
#include "host/test_network.h"

namespace masscan::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr std::uint16_t kPort = 5353;
constexpr const char* kServer = "127.0.0.1:5353";

// A name server on the loopback of a namespace. It answers with the given addresses; not at all for
// "silent..."; not to AAAA for "half..."; with SERVFAIL for "broken...".
class NameServer {
 public:
  using Zone = std::multimap<std::string, net::IpAddress>;

  explicit NameServer(Zone zone) : zone_(std::move(zone)), socket_(open()) {
    thread_ = std::thread([this] { serve(); });
  }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;
  ~NameServer() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    thread_.join();
  }

 private:
  static UniqueFd open() {
    UniqueFd socket(::socket(AF_INET, SOCK_DGRAM, 0));
    const sockaddr_in address{.sin_family = AF_INET,
                              .sin_port = byte_swap(kPort),
                              .sin_addr = {byte_swap<std::uint32_t>(INADDR_LOOPBACK)},
                              .sin_zero = {}};
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return socket;
  }

  void serve() {
    std::array<std::byte, 512> query;
    for (;;) {
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t count = ::recvfrom(socket_.get(), query.data(), query.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &length);
      if (count <= 0) return;
      const std::string answer = answer_to(as_text(Bytes(query)).substr(0, count));
      if (answer.empty()) continue;
      ::sendto(socket_.get(), answer.data(), answer.size(), 0,
               reinterpret_cast<const sockaddr*>(&from), length);
    }
  }

  // RFC 1035, 4.1: the question is copied and followed by a record per address.
  std::string answer_to(std::string_view query) const {
    std::string name;
    std::size_t at = 12;
    for (; query[at] != 0; at += static_cast<std::size_t>(query[at]) + 1) {
      name += (name.empty() ? "" : ".") + std::string(query.substr(at + 1, query[at]));
    }
    const auto type = load_be<std::uint16_t>(as_bytes(query), at + 1);
    if (name.starts_with("silent") || (name.starts_with("half") && type == kTypeAaaa)) return {};
    std::string answer(query.substr(0, at + 5));
    std::string records;
    char count = 0;
    const auto [first, last] = zone_.equal_range(name);
    for (auto entry = first; entry != last; ++entry) {
      if (entry->second.is_v4() != (type == kTypeA)) continue;
      records += record(type, entry->second);
      ++count;
    }
    const char code = name.starts_with("broken") ? 2 : first == last ? 3 : 0;
    answer.replace(2, 10,
                   std::string{'\x81', static_cast<char>(0x80 | code), 0, 1, 0, count, 0, 0, 0, 0});
    return answer + records;
  }

  static std::string record(std::uint16_t type, const net::IpAddress& address) {
    std::string text("\xc0\x0c\x00\x00\x00\x01\x00\x00\x00\x3c\x00\x00", 12);
    text[3] = static_cast<char>(type);
    text[11] = address.is_v4() ? 4 : 16;
    for (int i = text[11]; i-- > 0;) {
      const std::uint64_t word = i >= 8 ? address.high() : address.low();
      text += static_cast<char>(word >> (i % 8 * 8));
    }
    return text;
  }

  Zone zone_;
  UniqueFd socket_;
  std::thread thread_;
};

class Resolver : public TestNetwork {
 protected:
  static std::vector<Lookup> look_up(const std::vector<std::string>& names,
                                     ResolverOptions options = {}) {
    options.servers = kServer;
    Result<std::vector<Lookup>> lookups = resolve(names, options);
    EXPECT_TRUE(lookups) << lookups.error().message;
    return *std::move(lookups);
  }
};

TEST_F(Resolver, FindsAllAddressesOfBothFamilies) {
  const NameServer server({{"both.example", ip("192.0.2.2")},
                           {"both.example", ip("2001:db8::1:2")},
                           {"both.example", ip("192.0.2.1")},
                           {"six.example", ip("2001:db8::6")}});
  const auto lookups = look_up({"six.example", "both.example", "none.example", "both.example."});
  ASSERT_EQ(lookups.size(), 4u);
  EXPECT_THAT(lookups[0].addresses, ElementsAre(ip("2001:db8::6")));
  EXPECT_EQ(lookups[0].failure, "");
  EXPECT_THAT(lookups[1].addresses,
              ElementsAre(ip("192.0.2.1"), ip("192.0.2.2"), ip("2001:db8::1:2")));
  EXPECT_THAT(lookups[2].addresses, IsEmpty());
  EXPECT_EQ(lookups[2].failure, "has no address");
  EXPECT_EQ(lookups[3].addresses, lookups[1].addresses);
}

TEST_F(Resolver, TellsWhatItCouldNotFindOut) {
  const NameServer server({{"half.example", ip("192.0.2.1")}, {"good.example", ip("192.0.2.9")}});
  const auto lookups = look_up({"silent.example", "half.example", "broken.example", "good.example"},
                               {.timeout = 50ms, .attempts = 2});
  EXPECT_EQ(lookups[0].failure, "no answer from the name servers");
  EXPECT_THAT(lookups[1].addresses, ElementsAre(ip("192.0.2.1")));
  EXPECT_EQ(lookups[1].failure, "no answer from the name servers");
  EXPECT_NE(lookups[2].failure, "");
  EXPECT_EQ(lookups[3].failure, "");
}

TEST_F(Resolver, GivesUpWhenNobodyAnswers) {
  const NameServer server({});
  std::vector<std::string> names;
  for (int i = 0; i < 10000; ++i) names.push_back("silent" + std::to_string(i) + ".example");
  const Instant began = now();
  const auto lookups = look_up(names, {.timeout = 100ms, .silence_limit = 300ms});
  EXPECT_LT(now() - began, 5s);
  for (const Lookup& lookup : lookups) EXPECT_NE(lookup.failure, "");
}

TEST_F(Resolver, ReportsProgressToTheEnd) {
  const NameServer server({{"a.example", ip("192.0.2.1")}});
  const std::vector<std::string> names(5000, "a.example");
  std::vector<std::size_t> reports;
  const auto lookups =
      resolve(names, {.servers = kServer}, [&](std::size_t done) { reports.push_back(done); });
  ASSERT_TRUE(lookups);
  for (const Lookup& lookup : *lookups) EXPECT_EQ(lookup.addresses.size(), 1u);
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
  EXPECT_EQ(reports.back(), names.size());
}

TEST_F(Resolver, AsksNothingForNoNames) { EXPECT_THAT(look_up({}), IsEmpty()); }

}  // namespace
}  // namespace masscan::host
