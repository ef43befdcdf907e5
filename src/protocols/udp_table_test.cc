#include "protocols/udp_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>

#include "banner/answer_text.h"
#include "record/payload.h"
#include "support/udp_answers.h"

namespace masscan::protocols {
namespace {

using banner::UdpProtocol;
using banner::UdpRequest;

// Reads what may be anything.
std::optional<banner::UdpAnswer> read_checked(const UdpProtocol& protocol, Bytes datagram) {
  std::string text = "before";
  const auto answer = protocol.read(datagram, text);
  EXPECT_TRUE(text.starts_with("before"));
  EXPECT_LE(text.size(), std::string_view("before").size() + banner::kMaxAnswerText)
      << protocol.name;
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
      EXPECT_NE(record::payload_number(request.name), 0) << request.name;
      EXPECT_FALSE(request.payload.empty());
      EXPECT_LE(request.payload.size(), banner::kMaxUdpRequest);
      EXPECT_GE(request.amplification, 1);
      if (request.token_bits == 0) continue;
      EXPECT_LE(request.token_at + 4u, request.payload.size());
    }
  }
}

// Where an answer says so: by its version, its kind or the question that it repeats.
TEST(UdpTable, AnswersTellWhichRequestTheyAnswer) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"dns_1", "dns-version"},     {"snmp_1", "snmp-v1"},   {"snmp_4", "snmp-v3"},
      {"ntp_1", "ntp-time"},        {"gtp_1", "gtp-v1"},     {"isakmp_1", "isakmp-v1"},
      {"quake_2", "quake-status"},  {"ipmi_2", "ipmi-ping"}, {"natpmp_2", "pcp-announce"},
      {"bacnet_2", "bacnet-names"},
  };
  for (const auto& [name, request] : rows) {
    std::string text;
    const test::Recorded recorded = test::recorded(name);
    const auto answer = read_expected_udp(recorded.port, as_bytes(recorded.bytes), text);
    ASSERT_TRUE(answer) << name;
    ASSERT_TRUE(std::has_single_bit(answer->requests)) << name << ": " << text;
    const auto number = static_cast<std::size_t>(std::countr_zero(answer->requests));
    EXPECT_EQ(answer->protocol->requests[number].name, request) << name << ": " << text;
  }
}

TEST(UdpTable, AnswersStateTheirSoftwareOrNone) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"dns_1", "dnsmasq-2.90"},
      {"dns_3", ""},
      {"dns_4", ""},
      {"snmp_1", "Lab device"},
      {"snmp_4", ""},
      {"ntp_1", ""},
      {"ntp_3", "ntpd ntpsec-1.2.2"},
      {"ntp_7", ""},
      {"memcached_1", "memcached 1.6.18"},
      {"memcached_2", "memcached 1.5.6"},
      {"ssdp_1", "Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0"},
      {"sip_1", "kamailio (5.6.3 (x86_64/linux))"},
      {"sip_2", "Lab PBX"},
      {"stun_1", "Coturn-4.6.1 'Gorst'"},
      {"mssql_1", "Microsoft SQL Server 9.00.1399.06"},
      {"ubiquiti_1", "XM.ar7240.v5.5.6.17762"},
      {"quake_1", ""},
      {"quake_2", "ioq3 1.36+u20220314 linux-x86_64"},
      {"source_1", "Counter-Strike: Source 6630498"},
      {"source_2", ""},
      {"bedrock_1", "MCPE 1.19.1"},
      {"coap_2", ""},
      {"mdns_1", ""},
  };
  for (const auto& [name, software] : rows) {
    std::string text;
    const test::Recorded recorded = test::recorded(name);
    const auto answer = read_udp(recorded.port, as_bytes(recorded.bytes), text);
    ASSERT_TRUE(answer) << name;
    EXPECT_EQ(to_string(answer->software), software) << name;
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

bool reads(const UdpProtocol& protocol, const test::Recorded& recorded) {
  return read_checked(protocol, as_bytes(recorded.bytes)).has_value();
}

TEST(UdpTable, ProtocolsReadTheAnswersFromTheirPorts) {
  for (const test::Recorded& recorded : test::all_recorded()) {
    const bool is_read = std::ranges::any_of(udp_protocols(), [&](const UdpProtocol* protocol) {
      const auto ports = protocol->ports;
      return std::ranges::find(ports, recorded.port) != ports.end() && reads(*protocol, recorded);
    });
    EXPECT_NE(is_read, recorded.is_malformed) << recorded.name;
  }
}

TEST(UdpTable, EveryProtocolHasARecordedAnswer) {
  const std::vector<test::Recorded> all = test::all_recorded();
  for (const UdpProtocol* const protocol : udp_protocols()) {
    EXPECT_TRUE(std::ranges::any_of(all, [&](const test::Recorded& recorded) {
      return reads(*protocol, recorded);
    })) << protocol->name;
  }
}

// Bytes behind the cut would be seen: each cut is a buffer of its own.
TEST(UdpTable, NoRowReadsBehindTheEndOfACutAnswer) {
  for (const test::Recorded& recorded : test::all_recorded()) {
    for (const UdpProtocol* const protocol : udp_protocols()) {
      for (std::size_t length = 0; length < recorded.bytes.size(); ++length) {
        const std::string cut(recorded.bytes, 0, length);
        read_checked(*protocol, as_bytes(cut));
      }
    }
  }
}

TEST(UdpTable, NoRowReadsMalformedAnswers) {
  for (const test::Recorded& recorded : test::all_recorded()) {
    if (!recorded.is_malformed) continue;
    std::string text = "before";
    EXPECT_FALSE(read_udp(recorded.port, as_bytes(recorded.bytes), text));
    EXPECT_EQ(text, "before");
    for (const UdpProtocol* const protocol : udp_protocols())
      EXPECT_FALSE(reads(*protocol, recorded)) << protocol->name;
  }
}

TEST(ReadUdp, ReadsAnswersFromAnyPort) {
  const test::Recorded recorded = test::recorded("ssdp_1");
  std::string usual;
  std::string other;
  ASSERT_TRUE(read_udp(1900, as_bytes(recorded.bytes), usual));
  ASSERT_TRUE(read_udp(49152, as_bytes(recorded.bytes), other));
  EXPECT_EQ(usual, other);
}

}  // namespace
}  // namespace masscan::protocols
