#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>

#include "base/file.h"
#include "files/result_file.h"
#include "support/open_port.h"

namespace masscan::format {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const Format& kHtml = *find_format("html");

const WallTime kBegan(std::chrono::seconds(1700000000));

record::Record record(std::uint16_t port) { return test::open_port(kBegan, port); }

record::Banner banner(std::string_view text) {
  return {.time = kBegan,
          .address = net::Ipv6Address::parse("fd09::2").value(),
          .port = {net::Transport::kTcp, 80},
          .application = record::Application::kHttp,
          .ttl = 64,
          .text = text};
}

std::string header() {
  std::string text;
  kHtml.header(text, {.began = {}, .ports = {}});
  return text;
}

std::string line(const auto& entry) {
  std::string text;
  if constexpr (std::is_same_v<decltype(entry), const record::Record&>) {
    kHtml.record(text, entry);
  } else {
    kHtml.banner(text, entry);
  }
  return text;
}

std::string whole(std::initializer_list<std::uint16_t> ports) {
  std::string text = header();
  for (const std::uint16_t port : ports) text += line(record(port));
  kHtml.trailer(text, {});
  return text;
}

TEST(Html, ARecordIsTwelveBytes) {
  // 01 40 0050 6553f100 0a000001
  EXPECT_EQ(line(record(80)), "=AUAAUGVT8QAKAAAB\n");
}

TEST(Html, ABannerHasItsBytesBehindItsBeginning) {
  // c0 40 0050 6553f100 fd09...0002 0004 00000004 "a<b>" and two zeros
  EXPECT_EQ(line(banner("a<b>")), "=wEAAUGVT8QD9CQAAAAAAAAAAAAAAAAACAAQAAAAEYTxiPgAA\n");
}

TEST(Html, SoftwareIsBehindTheBytesOfItsBanner) {
  record::Banner stated = banner("a<b>");
  stated.software = "n/1";
  // c0 40 0050 6553f100 fd09...0002 0004 03 000004 "a<b>" "n/1" and two zeros
  EXPECT_EQ(line(stated), "=wEAAUGVT8QD9CQAAAAAAAAAAAAAAAAACAAQDAAAEYTxiPm4vMQAA\n");
}

TEST(Html, WhatAHostSaysIsNeverMarkup) {
  std::string every_byte = "</script><img src=x onerror=alert(1)>\n=<!--";
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::regex base64("=([A-Za-z0-9+/]{4})+\n");
  EXPECT_TRUE(std::regex_match(line(banner(every_byte)), base64));
  EXPECT_TRUE(std::regex_match(line(banner("")), base64));
}

TEST(Html, NamesNothingOutsideOfItself) {
  const std::string page = header();
  const std::regex outside(R"re((src|href|action|url)\s*[=(]\s*["']?[^"'#])re");
  std::smatch found;
  EXPECT_FALSE(std::regex_search(page, found, outside)) << found.str();
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
}

// The reader finds the results of a file by this when it is continued.
TEST(Html, NoLineOfThePageBeginsAsAnEntry) {
  EXPECT_THAT(header(), StartsWith(kHtml.opening));
  EXPECT_THAT(whole({}), Not(HasSubstr("\n=")));
}

TEST(Html, TellsWhichAddressesWereExcluded) {
  std::string with;
  const net::AddressRange range{net::Ipv4Address(1), net::Ipv4Address(7)};
  kHtml.header(with, {.began = {}, .ports = {}, .excludes = {range}});
  EXPECT_NE(with, header());
  EXPECT_EQ(with.find("@"), header().find("@"));  // in the style: no placeholder is left
}

TEST(Html, GoesOnBehindTheLastWholeEntryWhereverACrashCutIt) {
  const std::string path = testing::TempDir() + "html_" + std::to_string(::getpid());
  const std::string before = whole({80, 81});
  const std::size_t entries = header().size();
  const std::size_t entry = line(record(80)).size();
  for (const std::size_t length : {std::size_t{0}, std::size_t{20}, entries / 2, entries - 1,
                                   entries, entries + 1, entries + entry - 1, entries + entry,
                                   entries + 2 * entry, before.size() - 1, before.size()}) {
    std::ofstream(path) << before.substr(0, length);
    files::ResultFile document =
        files::ResultFile::open(path, kHtml, true, {.began = {}, .ports = {}}).value();
    document.write(record(90)).value();
    document.close({}).value();
    const std::size_t kept = length < entries + entry ? 0 : length < entries + 2 * entry ? 1 : 2;
    EXPECT_EQ(read_file(path).value(), kept == 0   ? whole({90})
                                       : kept == 1 ? whole({80, 90})
                                                   : whole({80, 81, 90}))
        << length;
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace masscan::format
