#include "protocols/udp_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "banner/answer_text.h"
#include "support/udp_answers.h"

namespace masscan::protocols {
namespace {

using banner::UdpProtocol;
using banner::UdpRequest;

const UdpProtocol* find(std::string_view name) {
  const auto found = std::ranges::find(udp_protocols(), name, &UdpProtocol::name);
  return found == udp_protocols().end() ? nullptr : *found;
}

// Reads what may be anything. Nullopt: nothing was appended. The last item of a text may be whole.
std::optional<banner::UdpAnswer> read_checked(const UdpProtocol& protocol, Bytes datagram) {
  std::string text = "before";
  const auto answer = protocol.read(datagram, text);
  EXPECT_TRUE(text.starts_with("before"));
  if (!answer) EXPECT_EQ(text, "before") << protocol.name;
  EXPECT_LE(text.size(), 2 * banner::kMaxAnswerText) << protocol.name;
  if (answer) EXPECT_EQ(answer->token & ~answer->token_bits, 0u) << protocol.name;
  return answer;
}

TEST(UdpTable, HasWholeRowsWithNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const UdpProtocol* const protocol : udp_protocols()) {
    SCOPED_TRACE(protocol->name);
    EXPECT_TRUE(names.insert(protocol->name).second);
    EXPECT_FALSE(protocol->ports.empty());
    EXPECT_FALSE(protocol->requests.empty());
    EXPECT_TRUE(protocol->read);
  }
}

TEST(UdpTable, RequestsFitAndHaveRoomForTheirTokens) {
  for (const UdpProtocol* const protocol : udp_protocols()) {
    for (const UdpRequest& request : protocol->requests) {
      SCOPED_TRACE(protocol->name);
      EXPECT_FALSE(request.name.empty());
      EXPECT_FALSE(request.payload.empty());
      EXPECT_LE(request.payload.size(), banner::kMaxUdpRequest);
      EXPECT_GE(request.amplification, 1);
      if (request.token_bits == 0) continue;
      EXPECT_LE(request.token_at + 4u, request.payload.size());
    }
  }
}

// Whoever returns what it is sent is an echo server.
TEST(UdpTable, RequestsAreNoAnswers) {
  for (const UdpProtocol* const protocol : udp_protocols()) {
    for (const UdpRequest& request : protocol->requests) {
      std::string text;
      const auto answer = read_udp(protocol->ports.front(), as_bytes(request.payload), text);
      const bool is_echo = answer && answer->application == record::Application::kEcho;
      EXPECT_TRUE(!answer || is_echo) << protocol->name << ": " << request.name << ": " << text;
    }
  }
}

TEST(UdpTable, EveryProtocolReadsItsRecordedAnswers) {
  std::set<std::string_view> seen;
  for (const test::Recorded& recorded : test::all_recorded()) {
    if (recorded.protocol == "malformed") continue;
    const UdpProtocol* const protocol = find(recorded.protocol);
    ASSERT_TRUE(protocol) << recorded.protocol;
    seen.insert(protocol->name);
    EXPECT_TRUE(read_checked(*protocol, as_bytes(recorded.datagram))) << recorded.protocol;
  }
  EXPECT_EQ(seen.size(), udp_protocols().size());
}

// Bytes behind the cut would be seen: each cut is a buffer of its own.
TEST(UdpTable, NoRowReadsBehindTheEndOfACutAnswer) {
  for (const test::Recorded& recorded : test::all_recorded()) {
    for (const UdpProtocol* const protocol : udp_protocols()) {
      for (std::size_t length = 0; length < recorded.datagram.size(); ++length) {
        const std::string cut(recorded.datagram, 0, length);
        read_checked(*protocol, as_bytes(cut));
      }
    }
  }
}

TEST(UdpTable, NoRowReadsMalformedAnswers) {
  for (const test::Recorded& recorded : test::all_recorded()) {
    if (recorded.protocol != "malformed") continue;
    for (const UdpProtocol* const protocol : udp_protocols())
      EXPECT_FALSE(read_checked(*protocol, as_bytes(recorded.datagram))) << protocol->name;
  }
}

TEST(ReadUdp, ReadsAnswersFromAnyPort) {
  const test::Recorded recorded = test::recorded("ssdp_1");
  std::string usual;
  std::string other;
  ASSERT_TRUE(read_udp(1900, as_bytes(recorded.datagram), usual));
  ASSERT_TRUE(read_udp(49152, as_bytes(recorded.datagram), other));
  EXPECT_EQ(usual, other);
}

}  // namespace
}  // namespace masscan::protocols
