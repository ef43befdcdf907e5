#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "format/formats.h"
#include "record/service_names.h"

namespace masscan::format {
namespace {

using testing::EndsWith;
using testing::StartsWith;

std::string header(const DocumentInfo& info) {
  std::string text;
  kGrepableFormat.header(text, info);
  return text;
}

std::string golden(const std::string& name) {
  return read_file(MASSCAN_GOLDEN_DIR "/outputs/" + name).value();
}

TEST(Grepable, BeginsAndEndsAsMasscans) {
  const std::string document = golden("reject.head.gnmap");
  EXPECT_THAT(document, StartsWith(header({.began = WallTime(std::chrono::seconds(1795426733)),
                                           .ports = {{net::Transport::kTcp, {80, 80}},
                                                     {net::Transport::kTcp, {85, 87}}},
                                           .version = "1.3.9-integration"})));
  std::string end;
  kGrepableFormat.trailer(end, {.time = WallTime(std::chrono::seconds(1795426737))});
  EXPECT_THAT(document, EndsWith("//\n" + end));
}

TEST(Grepable, PadsTheDayOfTheMonth) {
  std::string end;
  kGrepableFormat.trailer(end, {.time = WallTime(std::chrono::seconds(1706933106))});
  EXPECT_EQ(end, "# Masscan done at Sat Feb  3 04:05:06 2024\n");
}

TEST(Grepable, ListsPortsByTheirOwnNumbers) {
  using net::Transport;
  EXPECT_THAT(header({.began = {},
                      .ports = {{Transport::kTcp, {80, 80}},
                                {Transport::kTcp, {443, 443}},
                                {Transport::kUdp, {53, 53}},
                                {Transport::kSctp, {36412, 36413}},
                                {Transport::kIcmp, {0, 0}},
                                {Transport::kIp, {47, 47}}}}),
              EndsWith("\n# Ports scanned: TCP(2;80-80,443-443) UDP(1;53-53) "
                       "SCTP(2;36412-36413) PROTOCOLS(1;47-47)\n"));
  EXPECT_THAT(header({.began = {}, .ports = {}}),
              EndsWith("\n# Ports scanned: TCP(0;) UDP(0;) SCTP(0;) PROTOCOLS(0;)\n"));
}

TEST(ServiceName, IsTheFirstOfTheDatabase) {
  EXPECT_EQ(record::service_name({net::Transport::kTcp, 80}), "http");
  EXPECT_EQ(record::service_name({net::Transport::kUdp, 53}), "domain");
  EXPECT_EQ(record::service_name({net::Transport::kTcp, 65535}), "unknown");
  EXPECT_EQ(record::service_name({net::Transport::kArp, 0}), "ip");
}

}  // namespace
}  // namespace masscan::format
