#include "format/dialect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/file.h"
#include "files/read_entries.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

constexpr std::array kAll = {Dialect::kHead, Dialect::k132, Dialect::k105, Dialect::k103};
constexpr std::string_view kCertificate = "MIIDVTCCAj2gAwIBAgIU";

// Makes the binary record of a banner with this application number and port.
std::string frame(std::uint16_t number, net::Port port, std::string_view text = "text") {
  std::string out;
  kBinaryFormat.banner(out, {.address = net::Ipv4Address(1),
                             .port = port,
                             .application = static_cast<record::Application>(number),
                             .text = text});
  return out;
}

constexpr net::Port kElsewhere = {net::Transport::kTcp, 7007};

TEST(Dialect, NumbersWhatEachVersionHasAsItsTableSays) {
  struct Row {
    record::Application application;
    int head, v132, v105, v103;  // -1: none
  };
  for (const Row& row :
       {Row{record::Application::kHttp, 4, 4, 4, 4}, Row{record::Application::kFtp, 5, 5, 5, 6},
        Row{record::Application::kDnsVersion, 6, 6, 6, 7},
        Row{record::Application::kSsl, 9, 9, 9, 10}, Row{record::Application::kSmb, 10, 10, -1, -1},
        Row{record::Application::kSmtp, 11, 11, 10, 11},
        Row{record::Application::kX509, 15, 15, 14, 15},
        Row{record::Application::kX509Ca, 16, -1, -1, -1},
        Row{record::Application::kTitle, 17, 16, 15, 16},
        Row{record::Application::kNtp, 19, 18, 17, 18},
        Row{record::Application::kMemcached, 25, 24, 23, -1},
        Row{record::Application::kHttpServer, 31, 30, -1, -1}}) {
    const std::array numbers = {row.head, row.v132, row.v105, row.v103};
    for (std::size_t i = 0; i < kAll.size(); ++i) {
      if (numbers[i] < 0) continue;
      EXPECT_EQ(application(static_cast<std::uint16_t>(numbers[i]), kAll[i]), row.application)
          << name(kAll[i]) << ' ' << numbers[i];
    }
  }
  EXPECT_EQ(application(5, Dialect::k103), record::Application::kFtp);
  for (const Dialect dialect : kAll) {
    EXPECT_EQ(application(65535, dialect), static_cast<record::Application>(65535));
  }
}

TEST(Dialect, ParsesItsName) {
  for (const Dialect dialect : kAll) EXPECT_EQ(parse_dialect(name(dialect)), dialect);
  EXPECT_FALSE(parse_dialect("1.3"));
}

TEST(Dialect, IsAmbiguousWhereMeaningsDiffer) {
  const auto modern = dialects_of("masscan/1.1\ns:1700000000\n");
  EXPECT_FALSE(is_ambiguous(15, modern));
  EXPECT_TRUE(is_ambiguous(16, modern));
  EXPECT_TRUE(is_ambiguous(30, modern));
  EXPECT_FALSE(is_ambiguous(31, modern));
  EXPECT_TRUE(is_ambiguous(6, dialects_of("masscan/1.1.02\ns:1385000000\n")));
  EXPECT_FALSE(is_ambiguous(5, dialects_of("masscan/1.1.01")));
}

TEST(Dialect, IsKnownByTheApplicationOfAPort) {
  const auto modern = dialects_of("masscan/1.1\n");
  const net::Port ntp = {net::Transport::kUdp, 123};
  EXPECT_EQ(find_dialect(frame(19, ntp), modern), Dialect::kHead);
  EXPECT_EQ(find_dialect(frame(18, ntp), modern), Dialect::k132);
  const auto old = dialects_of("masscan/1.1.02\n");
  const net::Port https = {net::Transport::kTcp, 443};
  EXPECT_EQ(find_dialect(frame(9, https), old), Dialect::k105);
  EXPECT_EQ(find_dialect(frame(10, https), old), Dialect::k103);
}

TEST(Dialect, IsKnownByCertificatesAndByWhatIsNone) {
  const auto modern = dialects_of("masscan/1.1\n");
  EXPECT_EQ(find_dialect(frame(16, kElsewhere, kCertificate), modern), Dialect::kHead);
  EXPECT_EQ(find_dialect(frame(16, kElsewhere, "Welcome"), modern), Dialect::k132);
  EXPECT_EQ(find_dialect(frame(33, kElsewhere), modern), Dialect::kHead);
}

TEST(Dialect, IsUnknownWhereSignsAreMissingOrEqual) {
  const auto modern = dialects_of("masscan/1.1\n");
  EXPECT_FALSE(find_dialect("", modern));
  EXPECT_FALSE(find_dialect(frame(20, kElsewhere), modern));
  EXPECT_FALSE(
      find_dialect(frame(16, kElsewhere, kCertificate) + frame(16, kElsewhere, "Welcome"), modern));
}

TEST(Dialect, EndsWithItsDocument) {
  std::string trailer;
  kBinaryFormat.trailer(trailer, {});
  const auto modern = dialects_of("masscan/1.1\n");
  EXPECT_FALSE(find_dialect(trailer + frame(33, kElsewhere), modern));
}

// Counts the banners of each application in a file; empty if the dialect is a guess.
std::map<std::string, int> kinds(const std::string& path) {
  std::map<std::string, int> kinds;
  bool has_guessed = false;
  files::read_entries(path, {}, [&](const FileItem& parsed, std::uint64_t) {
    if (const auto* banner = std::get_if<record::Banner>(&parsed)) {
      std::string text;
      record::append_name(text, banner->application);
      ++kinds[text];
    }
    has_guessed = has_guessed || std::holds_alternative<AmbiguousDialect>(parsed);
    return true;
  }).value();
  return has_guessed ? std::map<std::string, int>() : kinds;
}

TEST(Dialect, OfScansOfTheSameServersIsTold) {
  const std::string folder = MASSCAN_GOLDEN_DIR "/outputs/";
  for (const std::string version : {"head", "1.3.2"}) {
    for (const auto& [scan, wanted] : std::map<std::string, std::vector<std::string>>{
             {"banners", {"title", "http.server", "telnet", "rdp", "memcached"}},
             {"ipv6-banners", {"title", "http.server"}},
             {"udp-banners", {"ntp", "coap", "memcached"}}}) {
      const auto found = kinds(folder + scan + "." + version + ".bin");
      for (const std::string& kind : wanted) {
        EXPECT_TRUE(found.contains(kind)) << scan << ' ' << version << ' ' << kind;
      }
      EXPECT_FALSE(found.contains("html") || found.contains("vuln")) << scan << ' ' << version;
    }
  }
}

}  // namespace
}  // namespace masscan::format
