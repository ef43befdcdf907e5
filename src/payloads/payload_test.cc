// The three sources of payloads: what they mean, and what is said of what is wrong.
#include "payloads/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "banner/udp_protocol.h"
#include "base/file.h"
#include "support/packet_builder.h"
#include "support/test_folder.h"

namespace masscan::payloads {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::string_view_literals;

struct Expected {
  std::string_view name;
  std::string_view bytes;
  std::vector<net::PortRange> ports;
};

void expect_payloads(const Result<std::vector<Payload>>& payloads,
                     const std::vector<Expected>& expected) {
  ASSERT_TRUE(payloads) << payloads.error().message;
  ASSERT_EQ(payloads->size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(payloads.value()[i].name, expected[i].name);
    EXPECT_EQ(payloads.value()[i].bytes, expected[i].bytes) << expected[i].name;
    EXPECT_EQ(payloads.value()[i].ports, expected[i].ports) << expected[i].name;
  }
}

TEST(NmapPayloads, AreReadInTheirOrder) {
  expect_payloads(parse_nmap_payloads(R"(# a comment
udp 7 "echo"  # another
udp 53,5000-5002,53
  "\x00\x1F\0\17\377" "a#b"

  "\n\r\t\a\b\f\v\\\""
source 500
udp 53 "" udp 9"x\x4a4")",
                                      "f"),
                  {{"f:2", "echo", {{7, 7}}},
                   {"f:3",
                    "\x00\x1f\x00\x0f\xff"
                    "a#b\n\r\t\a\b\f\v\\\""sv,
                    {{53, 53}, {5000, 5002}}},
                   {"f:8", "", {{53, 53}}},
                   {"f:8", "xJ4", {{9, 9}}}});
}

TEST(NmapPayloads, AnErrorNamesItsLine) {
  struct Case {
    std::string_view text;
    std::string_view message;
  };
  const Case kCases[] = {
      {"", "f: holds no payload"},
      {"# udp 1 \"\"", "f: holds no payload"},
      {"\ntcp 1 \"a\"", "f:2: 'tcp' is not the word udp, with which a payload begins"},
      {"udp 1 \"a\" b", "f:1: 'b' is not the word udp, with which a payload begins"},
      {"udp\n", "f:2: names no ports; write e.g. udp 53,5353 \"...\""},
      {"udp \"a\"", "f:1: names no ports; write e.g. udp 53,5353 \"...\""},
      {"udp 1\n\nudp 2 \"a\"", "f:3: has no bytes; write them as \"...\" behind the ports"},
      {"udp T:1 \"a\"", "f:1: 'T:1' names ports that are not of UDP; write their numbers"},
      {"udp 1 \"a\n\"", "f:1: a string does not end on its line; add a \""},
      {"udp 1\n\"a", "f:2: a string does not end on its line; add a \""},
      {"udp 1 \"a\\", "f:1: no such escape '\\'; write e.g. \\x00"},
      {"udp 1 \"\\q\"", "f:1: no such escape '\\q'; write e.g. \\x00"},
      {"udp 1 \"\\xg0\"", "f:1: no such escape '\\x'; write e.g. \\x00"},
      {"udp 1 \"\\x1", "f:1: no such escape '\\x'; write e.g. \\x00"},
      {"udp 1 \"\\400\"", "f:1: no such escape '\\4'; write e.g. \\x00"},
      {"udp 1 \"a\" source\nx", "f:2: 'x' is no source port; write a number up to 65535"},
  };
  for (const auto& [text, message] : kCases) {
    const auto payloads = parse_nmap_payloads(text, "f");
    ASSERT_FALSE(payloads) << text;
    EXPECT_EQ(payloads.error().message, message) << text;
    EXPECT_EQ(payloads.error().fault, Fault::kUsage);
  }
  EXPECT_THAT(parse_nmap_payloads("\nudp 1-x \"a\"", "f").error().message, StartsWith("f:2: "));
}

TEST(NmapPayloads, AreAsLongAsADatagramMayBe) {
  const std::string longest(banner::kMaxUdpRequest, 'a');
  EXPECT_TRUE(parse_nmap_payloads("udp 1 \"" + longest + "\"", "f"));
  EXPECT_EQ(parse_nmap_payloads("udp 1 \"" + longest + "\"\n\"b\"", "f").error().message,
            "f:2: the payload is longer than 1232 bytes");
}

// A capture in the classic format, of Ethernet unless said otherwise.
std::string capture(const std::vector<test::Buffer>& frames, std::uint32_t link = 1) {
  std::string file("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0"sv);
  const auto add = [&](std::uint32_t number) {
    file.append(reinterpret_cast<const char*>(&number), sizeof number);
  };
  add(link);
  for (const test::Buffer& frame : frames) {
    for (const std::uint32_t number : {0u, 0u}) add(number);
    for (int i = 0; i < 2; ++i) add(static_cast<std::uint32_t>(frame.size()));
    file += as_text(frame);
  }
  return file;
}

test::Buffer datagram(std::uint16_t port, std::string_view payload) {
  test::Buffer bytes(8);
  store_be<std::uint16_t>(bytes, 0, 40000);
  store_be<std::uint16_t>(bytes, 2, port);
  store_be<std::uint16_t>(bytes, 4, static_cast<std::uint16_t>(8 + payload.size()));
  bytes.insert(bytes.end(), as_bytes(payload).begin(), as_bytes(payload).end());
  return bytes;
}

test::PacketBuilder ethernet() {
  return test::PacketBuilder().ethernet(test::mac("02:00:00:00:00:01"),
                                        test::mac("02:00:00:00:00:02"));
}
test::Buffer frame(std::uint16_t port, std::string_view payload) {
  return ethernet()
      .ip(test::ip("10.0.0.1"), test::ip("10.0.0.2"))
      .transport(wire::Protocol::kUdp, datagram(port, payload))
      .bytes();
}

TEST(PcapPayloads, AreTheDatagramsOfACapture) {
  const test::Buffer tcp =
      ethernet().ip(test::ip("10.0.0.1"), test::ip("10.0.0.2")).tcp({}).bytes();
  expect_payloads(parse_pcap_payloads(capture({frame(53, "a"), tcp, frame(53, "b\0"sv)}), "f"),
                  {{"f:1", "a", {{53, 53}}}, {"f:3", "b\0"sv, {{53, 53}}}});
}

TEST(PcapPayloads, AreTheDatagramsOfRawIpAndOfPcapng) {
  for (const std::string_view name : {"pcap_2", "pcapng_1"}) {
    const std::string file =
        read_file(fmt::format("{}/tests/fuzz/corpus/payloads/{}", MASSCAN_SOURCE_DIR, name))
            .value();
    expect_payloads(parse_pcap_payloads(std::string_view(file).substr(1), "f"),
                    {{"f:1", "abcd", {{53, 53}}}});
  }
}

TEST(PcapPayloads, AnErrorNamesTheFile) {
  const auto error = [](const std::string& file) {
    return parse_pcap_payloads(file, "f").error().message;
  };
  EXPECT_THAT(error(""), StartsWith("f: is no capture file: "));
  EXPECT_THAT(error("not a capture, but long enough"), StartsWith("f: is no capture file: "));
  EXPECT_EQ(error(capture({})), "f: holds no UDP datagram");
  EXPECT_EQ(error(capture({frame(1, "a")}, 113)),
            "f: has frames of the link layer LINUX_SLL; capture Ethernet or raw IP");
  EXPECT_EQ(error(capture({frame(1, "a"), frame(1, std::string(1233, 'a'))})),
            "f:2: the packet's payload is longer than 1232 bytes");
  std::string cut = capture({frame(1, "a"), frame(2, "b")});
  cut.pop_back();
  EXPECT_THAT(error(cut), AllOf(StartsWith("f: "), HasSubstr("truncated")));
}

TEST(PayloadOption, HoldsBytesOrAFile) {
  const test::TestFolder folder;
  const std::string file = folder.write("probe.bin", "\0\xff"sv);
  const auto hex = parse_payload_option("53,5353:0a0B0c");
  ASSERT_TRUE(hex);
  EXPECT_EQ(hex->bytes, "\x0a\x0b\x0c");
  EXPECT_THAT(hex->ports, ElementsAre(net::PortRange{53, 53}, net::PortRange{5353, 5353}));
  const auto from_file = parse_payload_option("9999:@" + file);
  ASSERT_TRUE(from_file);
  EXPECT_EQ(from_file->bytes, "\0\xff"sv);
  EXPECT_EQ(parse_payload_option("1:")->bytes, "");
}

TEST(PayloadOption, AnErrorSaysWhatToWrite) {
  const auto error = [](std::string_view value) {
    return parse_payload_option(value).error().message;
  };
  EXPECT_EQ(error("53"),
            "--udp-payload: '53' has no ':' behind the ports; write e.g. 53:0a0b or 53:@FILE");
  for (const std::string_view hex : {"abc", "0x", "g0", "0 "}) {
    EXPECT_EQ(error(fmt::format("53:{}", hex)),
              fmt::format("--udp-payload: '{}' is not pairs of hexadecimal digits; write e.g. "
                          "53:0a0b or 53:@FILE",
                          hex));
  }
  EXPECT_THAT(error("70000:00"), StartsWith("--udp-payload: "));
  EXPECT_THAT(error("1:@/nonexistent"), HasSubstr("/nonexistent"));
  EXPECT_EQ(error("1-2:" + std::string(2466, '0')),
            "--udp-payload: the payload for 1-2 is longer than 1232 bytes");
}

}  // namespace
}  // namespace masscan::payloads
