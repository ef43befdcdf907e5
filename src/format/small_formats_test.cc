// unicornscan, hostonly, certs and none, compared with masscan's files; and ipport, which is ours.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

#include "base/file.h"
#include "base/text.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> golden_files(std::string_view ending) {
  std::vector<std::string> texts;
  for (const auto& entry : fs::recursive_directory_iterator(MASSCAN_GOLDEN_DIR "/outputs")) {
    if (!entry.path().string().ends_with(ending)) continue;
    texts.push_back(read_file(entry.path()).value());
  }
  return texts;
}

std::optional<record::Record> unicorn_record(const std::string& line) {
  static const std::regex tcp(R"(TCP (\w+)\t *\S+\[ *(\d+)\]\t\tfrom (\S+)  ttl (\d+) *)");
  static const std::regex other(R"(Host: (\S+) \(\)\tPorts: (\d+)/(\w+)/(\w+)////)");
  std::smatch m;
  if (std::regex_match(line, m, tcp)) {
    return record::Record{.address = net::IpAddress::parse(m[3].str()).value(),
                          .port = {net::Transport::kTcp, *parse_number<std::uint16_t>(m[2].str())},
                          .state = *record::parse_state(m[1].str()),
                          .ttl = *parse_number<std::uint8_t>(m[4].str())};
  }
  if (!std::regex_match(line, m, other)) return std::nullopt;
  return record::Record{
      .address = net::IpAddress::parse(m[1].str()).value(),
      .port = {*record::parse_protocol(m[4].str()), *parse_number<std::uint16_t>(m[2].str())},
      .state = *record::parse_state(m[3].str())};
}

TEST(Unicornscan, WritesTheLinesOfEveryGoldenFile) {
  const Format& format = *find_format('U');
  std::size_t compared = 0;
  for (const std::string& text : golden_files(".uni")) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const auto record = unicorn_record(line);
      ASSERT_EQ(record.has_value(), !line.starts_with('#')) << line;
      if (!record) continue;
      std::string written;
      format.record(written, *record);
      EXPECT_EQ(written, line + "\n");
      ++compared;
    }
    if (text.empty()) continue;
    std::string header, trailer;
    format.header(header, {.began = {}, .ports = {}});
    format.trailer(trailer, {});
    EXPECT_TRUE(text.starts_with(header) && text.ends_with(trailer));
  }
  EXPECT_GE(compared, 300u) << "golden files are missing";
}

// masscan writes every banner as a certificate; we write only certificates.
TEST(Certs, WritesTheCertificatesOfEveryGoldenFile) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----\n";
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----\n";
  std::size_t compared = 0;
  for (const std::string& text : golden_files(".certs.stdout")) {
    for (std::size_t begin = 0; (begin = text.find(kBegin, begin)) != std::string::npos; ++begin) {
      const std::string block = text.substr(begin, text.find(kEnd, begin) + kEnd.size() - begin);
      std::string bytes = block.substr(kBegin.size(), block.size() - kBegin.size() - kEnd.size());
      if (!bytes.starts_with("MII")) continue;
      std::erase(bytes, '\n');
      for (const record::Application kind :
           {record::Application::kX509, record::Application::kX509Ca}) {
        for (const std::string& raw : {bytes, "cert:" + bytes}) {
          std::string written;
          kCertsFormat.banner(written, {.application = kind, .text = raw});
          EXPECT_EQ(written, block);
        }
      }
      ++compared;
    }
  }
  EXPECT_GE(compared, 5u) << "golden files are missing";
}

TEST(Certs, WritesNothingElse) {
  for (const std::string_view bytes : {"MII\x1b[2J", "MII MII", "MII\n", "MII\xff"}) {
    std::string written;
    kCertsFormat.banner(written, {.application = record::Application::kX509, .text = bytes});
    EXPECT_EQ(written, "");
  }
  std::string written;
  kCertsFormat.banner(written, {.application = record::Application::kSsl, .text = "MII"});
  EXPECT_EQ(written, "");
}

TEST(Hostonly, IsAnAddressPerResult) {
  const Format& format = *find_format('H');
  std::string text;
  const auto address = net::IpAddress::parse("fd09::1").value();
  format.record(text, {.address = address});
  format.banner(text, {.address = address});
  EXPECT_EQ(text, "fd09::1\nfd09::1\n");
}

std::string ipport(std::string_view address, net::Port port,
                   record::PortState state = record::PortState::kOpen) {
  std::string text;
  find_format('P')->record(
      text, {.address = net::IpAddress::parse(address).value(), .port = port, .state = state});
  return text;
}

TEST(Ipport, IsAnOpenPortPerLineAndReadBack) {
  const struct {
    std::string_view address;
    net::Port port;
    std::string_view line;
  } kCases[] = {
      {"10.9.1.1", {net::Transport::kTcp, 80}, "10.9.1.1:80"},
      {"fd09::1", {net::Transport::kTcp, 0}, "[fd09::1]:0"},
      {"::", {net::Transport::kTcp, 65535}, "[::]:65535"},
      {"10.9.1.1", {net::Transport::kUdp, 53}, "10.9.1.1:U:53"},
      {"fd09::53", {net::Transport::kSctp, 36412}, "[fd09::53]:S:36412"},
  };
  for (const auto& [address, port, line] : kCases) {
    EXPECT_EQ(ipport(address, port), std::string(line) + "\n");
    std::string bytes;
    const FileItem parsed = find_format("ip:port")->parse(line, bytes);
    const record::Record* record = std::get_if<record::Record>(&parsed);
    ASSERT_NE(record, nullptr) << line;
    EXPECT_EQ(net::to_string(record->address), address);
    EXPECT_EQ(record->port, port) << line;
    EXPECT_EQ(record->state, record::PortState::kOpen);
  }
}

TEST(Ipport, SaysNothingOfWhatIsNotOpenOrHasNoPort) {
  EXPECT_EQ(ipport("10.9.1.1", {net::Transport::kTcp, 80}, record::PortState::kClosed), "");
  EXPECT_EQ(ipport("10.9.1.1", {net::Transport::kTcp, 80}, record::PortState::kFiltered), "");
  EXPECT_EQ(ipport("10.9.1.1", {net::Transport::kIcmp, 0}), "");
  EXPECT_EQ(ipport("10.9.1.1", {net::Transport::kArp, 0}, record::PortState::kUp), "");
  EXPECT_EQ(find_format('P')->banner, nullptr);
}

TEST(Ipport, TakesNoOtherLineForOne) {
  for (const std::string_view line :
       {"10.9.1.1", "10.9.1.1:", ":80", "10.9.1.1:X:80", "10.9.1.1:U:U:53", "fd09::1:80",
        "[10.9.1.1]:80", "10.9.1.1:80 ", "10.9.1.1:65536", "www.example.com:80", "U:53"}) {
    std::string bytes;
    const FileItem parsed = find_format('P')->parse(line, bytes);
    EXPECT_TRUE(std::holds_alternative<Malformed>(parsed)) << line;
  }
}

}  // namespace
}  // namespace masscan::format
