#include "stack/tcp_connection.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace masscan::stack {
namespace {

using namespace wire::tcp_flag;

constexpr std::uint32_t kOurs = 1000;          // our first byte
constexpr std::uint32_t kTheirs = 0xfffffff0;  // the peer's first byte: numbers wrap soon
constexpr Duration kRoundTrip = 50ms;

// A segment of the peer: sequence and acknowledgment count from the first bytes.
struct FromPeer {
  std::uint32_t at = 0;
  std::uint32_t acknowledges = 0;
  std::string_view text{};
  std::uint8_t flags = kAck;
  std::uint16_t window = 65535;
  wire::TcpOptions options{};
};

class TcpConnectionTest : public testing::Test {
 protected:
  void accept(FromPeer syn_ack = {}) {
    syn_ack.at -= 1;
    syn_ack.flags = kSyn | kAck;
    connection = TcpConnection::accepted(config, view(syn_ack), kRoundTrip, now);
  }
  void receive(const FromPeer& segment) {
    connection.on_segment(config, view(segment), buffer, pool, now);
  }
  wire::TcpView view(const FromPeer& from) {
    wire::TcpHeader header{.sequence = kTheirs + from.at,
                           .acknowledgment = kOurs + from.acknowledges,
                           .flags = from.flags,
                           .window = from.window,
                           .options = from.options};
    bytes_.assign(header.length() + from.text.size(), std::byte{});
    std::ranges::copy(as_bytes(from.text), bytes_.begin() + static_cast<int>(header.length()));
    header.emit(bytes_, net::Ipv4Address(1), net::Ipv4Address(2));
    return *wire::TcpView::parse(bytes_);
  }
  // Returns what is sent now, as "PA 0:5 ack 3": flags, our bytes, and theirs that arrived.
  std::string sent() {
    const auto segment = connection.next(config, buffer, now);
    if (!segment) return "";
    const wire::TcpHeader& header = segment->header;
    std::string text;
    const std::pair<std::uint8_t, char> kLetters[] = {
        {kSyn, 'S'}, {kFin, 'F'}, {kRst, 'R'}, {kPsh, 'P'}, {kAck, 'A'}};
    for (const auto& [flag, letter] : kLetters)
      if ((header.flags & flag) != 0) text += letter;
    const std::uint32_t at = header.sequence - kOurs;
    text += ' ' + std::to_string(at) + ':' + std::to_string(at + segment->data_length);
    return text + " ack " + std::to_string(header.acknowledgment - kTheirs);
  }
  std::string received() const { return std::string(as_text(buffer.bytes())); }

  TcpConnection::Config config;
  Instant now = Instant(1000s);
  TcpConnection connection;
  StreamBuffer buffer;
  BufferPool pool = BufferPool::open(1 << 20).value();

 private:
  std::vector<std::byte> bytes_;
};

TEST_F(TcpConnectionTest, Rfc9293_3_5_TheHandshakeEndsWithOurAck) {
  accept();
  EXPECT_EQ(sent(), "A 0:0 ack 0");
  EXPECT_EQ(sent(), "");
}

TEST_F(TcpConnectionTest, Rfc9293_3_5_ARequestCompletesTheHandshakeToo) {
  accept();
  connection.ask(5);
  EXPECT_EQ(sent(), "PA 0:5 ack 0");
  EXPECT_EQ(sent(), "");
}

TEST_F(TcpConnectionTest, Rfc9293_3_5_ARepeatedSynAckIsAcknowledgedAgain) {
  accept();
  sent();
  receive({.at = static_cast<std::uint32_t>(-1), .flags = kSyn | kAck});
  EXPECT_EQ(sent(), "A 0:0 ack 0");
}

TEST_F(TcpConnectionTest, Rfc9293_3_8_6_DataIsAcknowledgedAtOnce) {
  accept();
  sent();
  receive({.text = "hello"});
  EXPECT_EQ(received(), "hello");
  EXPECT_EQ(sent(), "A 0:0 ack 5");
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_4_EarlyDataIsKeptAndPutInOrder) {
  accept();
  sent();
  EXPECT_FALSE(connection.misses_bytes(buffer));
  receive({.at = 5, .text = "world"});
  EXPECT_EQ(received(), "");
  EXPECT_TRUE(connection.misses_bytes(buffer));
  EXPECT_EQ(sent(), "A 0:0 ack 0");  // a repeated acknowledgment
  receive({.text = "hello"});
  EXPECT_EQ(received(), "helloworld");
  EXPECT_FALSE(connection.misses_bytes(buffer));
  EXPECT_EQ(sent(), "A 0:0 ack 10");
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_4_OfOverlappingDataTheFirstCounts) {
  accept();
  receive({.at = 2, .text = "CDE"});
  receive({.text = "abxxxf"});
  EXPECT_EQ(received(), "abCDEf");
  receive({.at = 1, .text = "zzzzzg"});
  EXPECT_EQ(received(), "abCDEfg");
}

TEST_F(TcpConnectionTest, MoreIsExpectedBehindAFullSegment) {
  const std::string full(config.default_mss, 'x');
  accept();
  receive({.text = full});
  EXPECT_TRUE(connection.misses_bytes(buffer));
  receive({.at = config.default_mss, .text = "end"});
  EXPECT_FALSE(connection.misses_bytes(buffer));
  receive({.text = full});  // again
  EXPECT_FALSE(connection.misses_bytes(buffer));
}

TEST_F(TcpConnectionTest, NothingIsExpectedBehindTheEndThatCameEarly) {
  const std::string full(config.default_mss, 'x');
  accept();
  receive({.at = config.default_mss, .text = "end"});
  receive({.text = full});
  EXPECT_FALSE(connection.misses_bytes(buffer));
}

TEST_F(TcpConnectionTest, TimestampsShortenAFullSegment) {
  config.options.timestamp = wire::TcpTimestamp{};
  accept({.options = {.layout = "NNT", .timestamp = wire::TcpTimestamp{}}});
  receive({.text = std::string(config.default_mss - 12u, 'x'),
           .options = {.layout = "NNT", .timestamp = wire::TcpTimestamp{}}});
  EXPECT_TRUE(connection.misses_bytes(buffer));
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_4_OldDataIsAcknowledgedAgain) {
  accept();
  receive({.text = "hello"});
  sent();
  receive({.text = "hello"});
  EXPECT_EQ(received(), "hello");
  EXPECT_EQ(sent(), "A 0:0 ack 5");
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_4_DataBehindTheWindowIsNotKept) {
  config.max_received = 8;
  accept();
  receive({.text = "0123456789"});
  EXPECT_EQ(received(), "01234567");
  receive({.at = 100, .text = "x"});
  EXPECT_EQ(received(), "01234567");
}

// GRO joins what comes together, and a frame may be received up to some length only.
TEST_F(TcpConnectionTest, NoMoreIsOfferedThanMayComeAtOnce) {
  config.largest_offer = 3000;
  for (const std::uint8_t scale : {std::uint8_t{0}, std::uint8_t{8}}) {
    if (scale > 0) config.options = {.window_scale = scale};
    accept({.options = config.options});
    const auto segment = connection.next(config, buffer, now);
    const std::uint32_t offer = std::uint32_t{segment->header.window} << scale;
    EXPECT_EQ(offer, 3000U >> scale << scale);
  }
  const std::string much(10'000, 'x');
  receive({.text = much});  // it may come all the same
  EXPECT_EQ(received(), much);
}

TEST_F(TcpConnectionTest, Rfc5961_3_OnlyAnExactResetEndsTheConnection) {
  accept();
  sent();
  receive({.at = 1, .flags = kRst});
  EXPECT_FALSE(connection.is_closed());
  EXPECT_EQ(sent(), "A 0:0 ack 0");  // the challenge
  receive({.at = 70000, .flags = kRst});
  EXPECT_EQ(sent(), "");
  receive({.text = "no banner", .flags = kRst});
  EXPECT_TRUE(connection.is_closed());
  EXPECT_TRUE(connection.was_reset());
  EXPECT_EQ(received(), "");
}

TEST_F(TcpConnectionTest, Rfc5961_4_ASynGetsAChallenge) {
  accept();
  sent();
  receive({.flags = kSyn});
  EXPECT_EQ(sent(), "A 0:0 ack 0");
  EXPECT_FALSE(connection.is_closed());
}

TEST_F(TcpConnectionTest, Rfc5961_5_DataWithAnImpossibleAcknowledgmentIsIgnored) {
  accept();
  sent();
  receive({.acknowledges = 1, .text = "forged"});
  EXPECT_EQ(received(), "");
  EXPECT_EQ(sent(), "A 0:0 ack 0");
  receive({.acknowledges = static_cast<std::uint32_t>(-70000), .text = "forged"});
  EXPECT_EQ(received(), "");
}

TEST_F(TcpConnectionTest, Rfc6298_5_ARequestIsRepeatedMoreAndMoreSlowly) {
  accept();
  connection.ask(5);
  EXPECT_EQ(sent(), "PA 0:5 ack 0");
  for (Duration expected = 200ms; expected < 7s; expected *= 2) {
    EXPECT_EQ(connection.deadline(), now + expected);
    now = connection.deadline() - 1ms;
    EXPECT_EQ(sent(), "");
    now += 1ms;
    EXPECT_EQ(sent(), "PA 0:5 ack 0") << to_seconds(expected);
    if (expected == 3200ms) break;
  }
  now = connection.deadline();
  EXPECT_EQ(sent(), "RA 5:5 ack 0");
  EXPECT_TRUE(connection.is_closed());
  EXPECT_TRUE(connection.has_timed_out());
}

TEST_F(TcpConnectionTest, Rfc6298_2_TheTimeoutFollowsTheRoundTrip) {
  accept();
  for (int i = 0; i < 50; ++i) {
    connection.ask(1);
    const auto at = static_cast<std::uint32_t>(i);
    ASSERT_EQ(sent(), "PA " + std::to_string(at) + ':' + std::to_string(at + 1) + " ack 0");
    now += 2s;
    receive({.acknowledges = at + 1});
  }
  connection.ask(1);
  sent();
  EXPECT_GT(connection.deadline(), now + 1900ms);
  EXPECT_LT(connection.deadline(), now + 2500ms);
}

TEST_F(TcpConnectionTest, Rfc9293_3_7_1_TheMssOfThePeerIsKept) {
  accept({.options = {.mss = 100}});
  connection.ask(250);
  EXPECT_EQ(sent(), "PA 0:100 ack 0");
  EXPECT_EQ(sent(), "PA 100:200 ack 0");
  EXPECT_EQ(sent(), "PA 200:250 ack 0");
  EXPECT_EQ(sent(), "");
}

TEST_F(TcpConnectionTest, Rfc9293_3_7_1_WithoutTheOptionItIs536) {
  accept();
  connection.ask(600);
  EXPECT_EQ(sent(), "PA 0:536 ack 0");
  EXPECT_EQ(sent(), "PA 536:600 ack 0");
}

TEST_F(TcpConnectionTest, Rfc6928_TheFirstWindowIsTenSegments) {
  accept({.options = {.mss = 100}});
  connection.ask(5000);
  int segments = 0;
  while (!sent().empty()) ++segments;
  EXPECT_EQ(segments, 10);
  receive({.acknowledges = 200});
  EXPECT_EQ(sent(), "PA 1000:1100 ack 0");
}

TEST_F(TcpConnectionTest, Rfc9293_3_8_6_TheWindowOfThePeerIsKept) {
  accept({.window = 3});
  connection.ask(5);
  EXPECT_EQ(sent(), "PA 0:3 ack 0");
  EXPECT_EQ(sent(), "");
  receive({.acknowledges = 3, .window = 10});
  EXPECT_EQ(sent(), "PA 3:5 ack 0");
}

TEST_F(TcpConnectionTest, Rfc9293_3_8_6_1_AClosedWindowIsProbedAFewTimes) {
  accept({.window = 0});
  connection.ask(5);
  EXPECT_EQ(sent(), "A 0:0 ack 0");
  for (unsigned probe = 0; probe < TcpConnection::kTries; ++probe) {
    now = connection.deadline();
    ASSERT_EQ(sent(), "PA 0:1 ack 0") << probe;
    receive({.acknowledges = 0, .window = 0});
  }
  now = connection.deadline();
  EXPECT_EQ(sent(), "RA 0:0 ack 0");
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(TcpConnectionTest, Rfc9293_3_8_6_1_AnOpenedWindowIsUsedAtOnce) {
  accept({.window = 0});
  connection.ask(5);
  sent();
  EXPECT_EQ(sent(), "");
  receive({.window = 100});
  EXPECT_EQ(sent(), "PA 0:5 ack 0");
}

TEST_F(TcpConnectionTest, Rfc9293_3_6_WeCloseFirst) {
  accept();
  sent();
  connection.finish();
  EXPECT_EQ(sent(), "FA 0:0 ack 0");
  receive({.acknowledges = 1});
  receive({.acknowledges = 1, .flags = kFin | kAck});
  EXPECT_EQ(sent(), "A 1:1 ack 1");
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(TcpConnectionTest, Rfc9293_3_6_ThePeerClosesFirst) {
  accept();
  sent();
  receive({.text = "bye", .flags = kFin | kAck});
  EXPECT_TRUE(connection.peer_has_ended());
  connection.finish();
  EXPECT_EQ(sent(), "FA 0:0 ack 4");
  EXPECT_FALSE(connection.is_closed());
  receive({.at = 4, .acknowledges = 1});
  EXPECT_TRUE(connection.is_closed());
  EXPECT_EQ(sent(), "");
}

TEST_F(TcpConnectionTest, Rfc9293_3_6_1_BothCloseAtOnce) {
  accept();
  sent();
  connection.finish();
  EXPECT_EQ(sent(), "FA 0:0 ack 0");
  receive({.flags = kFin | kAck});
  EXPECT_EQ(sent(), "A 1:1 ack 1");
  EXPECT_FALSE(connection.is_closed());
  receive({.at = 1, .acknowledges = 1});
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(TcpConnectionTest, Rfc9293_3_6_AFinThatComesEarlyCountsLater) {
  accept();
  sent();
  receive({.at = 3, .flags = kFin | kAck});
  EXPECT_FALSE(connection.peer_has_ended());
  EXPECT_TRUE(connection.misses_bytes(buffer));
  receive({.text = "abc"});
  EXPECT_TRUE(connection.peer_has_ended());
  EXPECT_FALSE(connection.misses_bytes(buffer));
  EXPECT_EQ(sent(), "A 0:0 ack 4");
}

TEST_F(TcpConnectionTest, Rfc9293_3_6_OurFinIsRepeated) {
  accept();
  sent();
  connection.finish();
  EXPECT_EQ(sent(), "FA 0:0 ack 0");
  now = connection.deadline();
  EXPECT_EQ(sent(), "FA 0:0 ack 0");
}

TEST_F(TcpConnectionTest, APeerThatDoesNotCloseIsReset) {
  accept();
  sent();
  connection.finish();
  sent();
  receive({.acknowledges = 1});
  EXPECT_EQ(connection.deadline(), now + TcpConnection::kLastAckTimeout);
  now = connection.deadline();
  EXPECT_EQ(sent(), "RA 1:1 ack 0");
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_4_DataBehindOurEndIsReset) {
  accept();
  receive({.text = "enough"});
  sent();
  connection.finish();
  EXPECT_EQ(sent(), "FA 0:0 ack 6");
  receive({.at = 6, .acknowledges = 1, .text = "more"});
  EXPECT_EQ(sent(), "RA 1:1 ack 6");
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(TcpConnectionTest, Rfc7323_3_2_EverySegmentHasATimestampIfBothDo) {
  config.options = {.mss = 1460, .timestamp = wire::TcpTimestamp{7, 0}};
  accept({.options = {.mss = 1460, .timestamp = wire::TcpTimestamp{99, 7}}});
  now += 5ms;
  const auto ack = connection.next(config, buffer, now);
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->header.options.timestamp, (wire::TcpTimestamp{12, 99}));
  connection.ask(2000);
  EXPECT_EQ(sent(), "PA 0:1448 ack 0");
  receive(
      {.acknowledges = 1448, .text = "x", .options = {.timestamp = wire::TcpTimestamp{111, 12}}});
  const auto next = connection.next(config, buffer, now);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->header.options.timestamp->echo, 111u);
}

TEST_F(TcpConnectionTest, Rfc7323_2_2_WindowsAreScaledIfBothEndsAgree) {
  config.options = {.window_scale = 2};
  accept({.window = 10, .options = {.window_scale = 3}});
  connection.ask(100);
  EXPECT_EQ(sent(), "PA 0:10 ack 0");  // that of a SYN-ACK is never scaled
  receive({.acknowledges = 10, .window = 4});
  EXPECT_EQ(sent(), "PA 10:42 ack 0");
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_3_OurSynIsAnswered) {
  connection = TcpConnection::connecting(kOurs - 1, now);
  config.options = {.mss = 1460};
  EXPECT_EQ(sent(), "S 4294967295:4294967295 ack " + std::to_string(0u - kTheirs));
  EXPECT_EQ(sent(), "");
  now += kRoundTrip;
  receive({.at = static_cast<std::uint32_t>(-1), .flags = kSyn | kAck});
  EXPECT_TRUE(connection.is_connected());
  EXPECT_EQ(sent(), "A 0:0 ack 0");
}

TEST_F(TcpConnectionTest, Rfc9293_3_10_7_3_AResetRefusesOurSynOnlyWithItsNumber) {
  connection = TcpConnection::connecting(kOurs - 1, now);
  sent();
  receive({.acknowledges = 5, .flags = kRst | kAck});
  EXPECT_FALSE(connection.is_closed());
  receive({.flags = kRst | kAck});
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(TcpConnectionTest, ASynWithoutAnAnswerIsGivenUp) {
  connection = TcpConnection::connecting(kOurs - 1, now);
  unsigned tries = 0;
  while (!connection.is_closed()) {
    tries += sent().empty() ? 0 : 1;
    now = connection.deadline();
  }
  EXPECT_EQ(tries, TcpConnection::kTries + 1);
}

TEST_F(TcpConnectionTest, WithoutMemoryThePeerHasToSendAgain) {
  accept();
  sent();
  MutableBytes taken;
  while (!(taken = pool.take(BufferPool::kSmallest)).empty()) continue;
  receive({.text = "hello"});
  EXPECT_EQ(received(), "");
  EXPECT_EQ(sent(), "A 0:0 ack 0");
}

}  // namespace
}  // namespace masscan::stack
