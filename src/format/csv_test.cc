#include <gtest/gtest.h>

#include "format/formats.h"

namespace masscan::format {
namespace {

const record::Record kRecord = {.time = WallTime(std::chrono::seconds(1700000000)),
                                .address = *net::IpAddress::parse("10.1.2.3"),
                                .port = {net::Transport::kTcp, 443},
                                .state = record::PortState::kOpen,
                                .reason = 0x12,
                                .ttl = 64};

std::string row(std::string_view columns, const record::ResultView& result) {
  std::string text;
  kCsvFormat.row(text, record::parse_columns(columns, "--fields").value(), result);
  return text;
}

std::string row_of_banner(std::string_view bytes) {
  const record::Banner banner{
      .address = kRecord.address, .application = record::Application::kHttp, .text = bytes};
  return row("service,banner", record::ResultView(banner));
}

TEST(Csv, HasEveryColumnUnlessSomeAreChosen) {
  std::string text;
  kCsvFormat.header(text, {.began = {}, .ports = {}});
  kCsvFormat.record(text, kRecord);
  EXPECT_EQ(text,
            "ip,port,proto,type,state,reason,ttl,time,service,banner\r\n"
            "10.1.2.3,443,tcp,status,open,syn-ack,64,1700000000,,\r\n");
  EXPECT_EQ(row("port,ip", record::ResultView(kRecord)), "443,10.1.2.3\r\n");
}

TEST(Csv, HasSoftwareIfItIsChosen) {
  const record::Banner banner{
      .address = kRecord.address, .text = "a", .software = "=nginx, \"1.22\""};
  EXPECT_EQ(row("ip,software", record::ResultView(banner)),
            "10.1.2.3,\"\\x3dnginx, \\x221.22\\x22\"\r\n");
  EXPECT_EQ(row("ip,software", record::ResultView(kRecord)), "10.1.2.3,\r\n");
}

TEST(Csv, QuotesCommasAndEscapesEverythingElse) {
  EXPECT_EQ(row_of_banner("plain"), "http,plain\r\n");
  EXPECT_EQ(row_of_banner("a, \"b\"\r\n"), "http,\"a, \\x22b\\x22\\x0d\\x0a\"\r\n");
}

// CWE-1236: a spreadsheet would execute it.
TEST(Csv, LetsNoBannerBeAFormula) {
  for (const char first : {'=', '+', '-', '@'}) {
    const std::string formula = first + std::string("cmd|' /C calc'!A0");
    EXPECT_TRUE(row_of_banner(formula).starts_with("http,\\x")) << formula;
  }
}

TEST(Columns, AreNamedInErrors) {
  EXPECT_EQ(record::to_string(record::parse_columns(" IP , port", "--fields").value()), "ip,port");
  EXPECT_EQ(record::parse_columns("ip,prot", "--fields").error().message,
            "--fields: there is no field 'prot'; use some of "
            "ip,port,proto,type,state,reason,ttl,time,service,banner,suspect,software");
  EXPECT_EQ(record::parse_columns("ip,", "--fields").error().message,
            "--fields: there is no field ''; use some of "
            "ip,port,proto,type,state,reason,ttl,time,service,banner,suspect,software");
  EXPECT_EQ(record::parse_columns("ip,ip", "--fields").error().message,
            "--fields: 'ip' is there twice; name it once");
}

}  // namespace
}  // namespace masscan::format
