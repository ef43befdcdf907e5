#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "format/formats.h"

namespace masscan::format {
namespace {

using testing::HasSubstr;

class Xml : public testing::Test {
 protected:
  // The golden files were made with the time zone UTC.
  static void SetUpTestSuite() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

std::string header(const DocumentInfo& info) {
  std::string text;
  kXmlFormat.header(text, info);
  return text;
}

std::string golden(const std::string& name) {
  return read_file(MASSCAN_GOLDEN_DIR "/outputs/" + name).value();
}

TEST_F(Xml, BeginsAndEndsAsMasscans) {
  const std::string document = golden("reject.head.xml");
  EXPECT_TRUE(document.starts_with(
      header({.began = WallTime(std::chrono::seconds(1795426730)), .ports = {}})));
  std::string end;
  kXmlFormat.trailer(end, {.time = WallTime(std::chrono::seconds(1795426733)),
                           .elapsed = 4999ms,
                           .tcp_open = 3,
                           .tcp_closed = 4});
  EXPECT_TRUE(document.ends_with("</host>\r\n" + end));
}

TEST_F(Xml, NamesItsStylesheet) {
  EXPECT_TRUE(golden("readscan/filter/stylesheet.head.xml")
                  .starts_with(header({.began = WallTime(std::chrono::seconds(1706933106)),
                                       .ports = {},
                                       .stylesheet = "http://example.test/a.xsl"})));
}

TEST_F(Xml, EscapesTheNameOfItsStylesheet) {
  EXPECT_THAT(header({.began = {}, .ports = {}, .stylesheet = "a?b=1&c=\"<?>"}),
              HasSubstr("href=\"a?b=1&amp;c=&quot;&lt;?&gt;\" type"));
}

TEST_F(Xml, CallsIpv6ByItsName) {
  const record::Record record{.address = net::Ipv6Address(make_uint128(0, 1)),
                              .state = record::PortState::kOpen};
  std::string line;
  kXmlFormat.record(line, record);
  EXPECT_THAT(line, HasSubstr(R"(<address addr="::1" addrtype="ipv6"/>)"));
}

}  // namespace
}  // namespace masscan::format
