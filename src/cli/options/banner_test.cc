// What is said to services and kept of their answers.
#include <gtest/gtest.h>

#include "cli/help/echo.h"
#include "cli/test_support.h"

namespace masscan::cli {
namespace {

using banner::StreamSettings;

// What the user wants of services. --echo says so too.
StreamSettings streams(const std::string& line) {
  const auto settings = read(split_line(line));
  EXPECT_TRUE(settings) << line;
  if (!settings) return {};
  const test::TestFolder folder;
  const std::string file = folder.write("echo.conf", echo_text(settings->config));
  const auto again = read({"-c", file});
  EXPECT_TRUE(again && again->config.streams == settings->config.streams) << line;
  return settings->config.streams;
}

TEST(BannerOptions, MakeTheRequestOfHttp) {
  const banner::HttpRequest expected = {.method = "POST",
                                        .url = "/api",
                                        .version = "HTTP/1.1",
                                        .user_agent = "Mozilla/5.0 (X11; Linux)",
                                        .host = "example.com",
                                        .fields = {{"Accept", "image/gif"}, {"X-Test", "1"}},
                                        .removed = {"Connection"},
                                        .cookies = {"sid=1", "b=2"},
                                        .body = "a=1"};
  EXPECT_EQ(streams("--http-user-agent 'Mozilla/5.0 (X11; Linux)' --http-method POST "
                    "--http-url /api --http-version HTTP/1.1 --http-host example.com "
                    "--http-payload a=1 --http-header 'Accept: image/gif' --http-header X-Test:1 "
                    "--http-cookie sid=1 --http-cookie b=2 --http-cookie sid=1 "
                    "--http-field-remove Connection")
                .http,
            expected);
}

TEST(BannerOptions, HeadersAreNamedByTheirIndexOrBeforeTheColon) {
  const std::vector<banner::HttpField> expected = {{"Accept", "text"}};
  for (const char* line :
       {"--http-header Accept:text", "--http-header 'Accept: text'", "--http-header[Accept] text",
        "--http-header[]=Accept:text", "--http-field Accept:text"}) {
    EXPECT_EQ(streams(line).http.fields, expected) << line;
  }
}

TEST(BannerOptions, KeepCertificatesUnlessToldOtherwise) {
  EXPECT_EQ(streams("--capture cert --nocapture html --nocapture servername"), StreamSettings{});
  EXPECT_FALSE(streams("--nocapture cert").keeps_certificates);
  EXPECT_TRUE(streams("--nocapture cert --capture cert").keeps_certificates);
  EXPECT_TRUE(streams("--capture html").keeps_html);
  EXPECT_TRUE(streams("--capture servername").keeps_server_names);
}

TEST(BannerOptions, NeverKeepWhatLeaks) {
  const auto settings = read(split_line("--capture heartbleed --nocapture ticketbleed"));
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->config.streams, StreamSettings{});
  EXPECT_EQ(settings->notes, std::vector<std::string>{
                                 "--capture heartbleed: changes nothing; what leaks from others "
                                 "is never kept"});
}

}  // namespace
}  // namespace masscan::cli
