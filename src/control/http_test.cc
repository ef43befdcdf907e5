#include "control/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace masscan::control {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string metrics() { return "up 1\n"; }

StreamServer::Answer answer(std::string text, bool has_ended = false) {
  return answer_http(text, has_ended, metrics);
}

TEST(Http, TellsMetricsToWhoeverGetsThem) {
  for (const char* request :
       {"GET /metrics HTTP/1.1\r\nHost: localhost:9100\r\nAccept: */*\r\n\r\n",
        "GET /metrics HTTP/1.0\r\n\r\n", "GET /metrics?name[]=x HTTP/1.1\nHost: 127.0.0.1\n\n",
        "\r\nGET /metrics HTTP/1.1\r\nhOsT:[::1]:80\r\n\r\nGET /another HTTP/1.1"}) {
    const auto [text, is_last] = answer(request);
    EXPECT_TRUE(is_last);
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 5\r\n"));
    EXPECT_THAT(text, EndsWith("\r\n\r\nup 1\n"));
  }
}

TEST(Http, TellsTheHeadAlone) {
  const std::string text = answer("HEAD /metrics HTTP/1.1\r\nHost: [fd00::1]\r\n\r\n").text;
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 5\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST(Http, WaitsForAWholeRequest) {
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n";
  for (std::size_t length = 0; length < request.size() - 1; ++length) {
    const auto [text, is_last] = answer(request.substr(0, length));
    EXPECT_EQ(text, "") << length;
    EXPECT_FALSE(is_last) << length;
  }
}

TEST(Http, TellsNothingToAPageThatHasItsNameLeadHere) {
  for (const char* host :
       {"evil.example", "evil.example:9100", "localhost.evil.example", "127.0.0.1.evil.example",
        "localhost:x", "localhost:70000", "::1", "[::1", "[::1]x", "[localhost]", "1", ""}) {
    const auto [text, is_last] =
        answer(std::string("GET /metrics HTTP/1.1\r\nHost: ") + host + "\r\n\r\n");
    EXPECT_THAT(text, StartsWith("HTTP/1.1 421 ")) << host;
    EXPECT_TRUE(is_last);
  }
  EXPECT_THAT(answer("GET /metrics HTTP/1.0\r\nHost: evil.example\r\n\r\n").text,
              StartsWith("HTTP/1.1 421 "));
  EXPECT_THAT(answer("GET /metrics HTTP/1.1\r\n\r\n").text, StartsWith("HTTP/1.1 421 "));
}

TEST(Http, SaysWhatIsWrongWithOthers) {
  const std::pair<std::string, std::string> rows[] = {
      {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"},
      {"GET /metrics/ HTTP/1.0\r\n\r\n", "404"},
      {"POST /metrics HTTP/1.1\r\nHost: [::]\r\nContent-Length: 1\r\n\r\nx", "404"},
      {"GET metrics HTTP/1.0\r\n\r\n", "404"},
      {"GET /metrics HTTP/2.0\r\n\r\n", "421"},
      {"GET /metrics\r\n\r\n", "421"},
      {"GET /metrics HTTP/1.1\r\nHost : localhost\r\n\r\n", "421"},
      {"GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", "421"},
      {"GET /metrics HTTP/1.0\r\nhost:evil.example\nHost: localhost\r\n\r\n", "421"},
      {"\x16\x03\x01\n\n", "421"},
      {std::string(kMostRequestBytes + 1, 'x'), "431"},
      {"GET /metrics HTTP/1.1\r\nX: " + std::string(kMostRequestBytes, 'x'), "431"},
  };
  for (const auto& [request, status] : rows) {
    const auto [text, is_last] = answer(request);
    EXPECT_THAT(text, StartsWith("HTTP/1.1 " + status + " ")) << request.substr(0, 60);
    EXPECT_TRUE(is_last) << request.substr(0, 60);
  }
  EXPECT_THAT(answer("GET /met", true).text, StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(answer("", true).text, "");
}

}  // namespace
}  // namespace masscan::control
