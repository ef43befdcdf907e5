#include "record/filter.h"

#include <gtest/gtest.h>

namespace masscan::record {
namespace {

Record record() {
  return {.time = WallTime(std::chrono::seconds(1700000000)),
          .address = *net::IpAddress::parse("10.1.2.3"),
          .port = {net::Transport::kTcp, 443},
          .state = PortState::kOpen,
          .reason = 0x12,
          .ttl = 64};
}

Banner banner() {
  return {.time = WallTime(std::chrono::seconds(1700000000)),
          .address = *net::IpAddress::parse("fd09::7"),
          .port = {net::Transport::kUdp, 53},
          .application = Application::kHttp,
          .ttl = 55,
          .text = std::string_view("Server: nginx\0\n\"x\" <1>", 22),
          .software = "nginx/1.22\n"};
}

bool matches(std::string_view text, const ResultView& result) {
  return Filter::parse(text, "--filter").value().matches(result);
}

TEST(Filter, ComparesEveryColumnOfARecord) {
  const Record found = record();
  for (const char* text : {"port == 443",
                           "port==443",
                           "port == 400-500",
                           "port != 80",
                           "port != 80-90",
                           "port > 442",
                           "port >= 443",
                           "port < 444",
                           "port <= 443",
                           "ttl == 64",
                           "ttl < 65",
                           "time >= 1700000000",
                           "time == 1700000000-1700000001",
                           "ip == 10.1.2.3",
                           "ip == 10.0.0.0/8",
                           "ip == 10.1.2.3/32",
                           "ip == 10.1.2.0-10.1.2.9",
                           "ip != 10.2.0.0/16",
                           "ip != ::/0",
                           "proto == tcp",
                           "type == status",
                           "state == open",
                           "state != closed",
                           "reason == syn-ack",
                           "reason ~ ack",
                           "reason ~ ACK",
                           "service == \"\"",
                           "banner == \"\"",
                           "banner ~ \"\"",
                           "software == \"\"",
                           "PORT == 443",
                           "  port\t==  443  "}) {
    EXPECT_TRUE(matches(text, ResultView(found))) << text;
    EXPECT_FALSE(matches("!(" + std::string(text) + ")", ResultView(found))) << text;
  }
}

TEST(Filter, KnowsSuspectsByTheFieldAlone) {
  Record found = record();
  EXPECT_FALSE(matches("suspect", ResultView(found)));
  EXPECT_TRUE(matches("!suspect && port == 443", ResultView(found)));
  EXPECT_FALSE(matches("suspect", ResultView(banner())));
  found.suspect = Suspect::kDenseHost;
  for (const char* text : {"suspect", "(suspect)", "suspect||port == 80", "suspect == dense-host",
                           "suspect ~ dense", "suspect != zero-window"}) {
    EXPECT_TRUE(matches(text, ResultView(found))) << text;
    EXPECT_FALSE(matches("!(" + std::string(text) + ")", ResultView(found))) << text;
  }
}

TEST(Filter, ComparesEveryColumnOfABanner) {
  const Banner found = banner();
  for (const char* text :
       {"type == banner", "service == http", "service ~ TT", "banner ~ nginx", "banner ~ NGINX",
        "banner ~ \"server: n\"", "software ~ NGINX/1.", "software == \"nginx/1.22\n\"",
        "banner ~ \"\\\"x\\\" <1>\"", "state != open", "ip == fd09::/16", "ip == fd09::7",
        "ip == fd09::1-fd09::9", "ip != 10.0.0.0/8", "proto == udp", "ttl == 55"}) {
    EXPECT_TRUE(matches(text, ResultView(found))) << text;
    EXPECT_FALSE(matches("!(" + std::string(text) + ")", ResultView(found))) << text;
  }
}

TEST(Filter, BindsNegationBeforeAndBeforeOr) {
  const Record found = record();
  const std::pair<const char*, bool> cases[] = {
      {"port == 443 || port == 80 && state == closed", true},
      {"(port == 443 || port == 80) && state == closed", false},
      {"port == 80 && state == open || ttl == 64", true},
      {"!port == 80 && state == open", true},
      {"!(port == 80 || state == open)", false},
      {"!!port == 443", true},
      {"! ! port == 80", false},
      {"port == 1 || port == 2 || port == 443", true},
      {"port == 443 && ttl == 64 && state == closed", false},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(matches(text, ResultView(found)), expected) << text;
  }
}

TEST(Filter, KeepsItsText) {
  const Filter filter = Filter::parse("port == 443", "--filter").value();
  EXPECT_EQ(filter.text(), "port == 443");
  EXPECT_EQ(filter, Filter::parse("port == 443", "elsewhere").value());
}

TEST(Filter, SaysInWhichColumnItMakesNoSense) {
  constexpr std::string_view kFields =
      "expected a field here: ip,port,proto,type,state,reason,ttl,time,service,banner,suspect,"
      "software";
  const std::pair<std::string, std::string> cases[] = {
      {"", "1: " + std::string(kFields)},
      {"prot == 443", "1: " + std::string(kFields)},
      {"port == 443 &&", "15: " + std::string(kFields)},
      {"port == 443 & state == open", "13: expected && or || here"},
      {"port == 443 state == open", "13: expected && or || here"},
      {"port = 443", "6: expected one of == != < <= > >= ~ here"},
      {"port", "5: expected one of == != < <= > >= ~ here"},
      {"port == ", "9: expected a value here; put it in double quotes"},
      {"port == 65536", "9: '65536' is no number or range from 0 to 65535"},
      {"port == 90-80", "9: '90-80' is no number or range from 0 to 65535"},
      {"port == http", "9: 'http' is no number or range from 0 to 65535"},
      {"ttl > 1-2",
       "7: '1-2' cannot be compared like this; ttl takes a number with < <= > >=, a number or "
       "range with == !="},
      {"port ~ 44",
       "8: '44' cannot be compared like this; port takes a number with < <= > >=, a number or "
       "range with == !="},
      {"ip == 10.0.0", "7: '10.0.0' is no address, prefix or range, such as 10.0.0.0/8"},
      {"ip == 10.0.0.0/33", "7: '10.0.0.0/33' is no address, prefix or range, such as 10.0.0.0/8"},
      {"ip == 10.0.0.9-10.0.0.1",
       "7: '10.0.0.9-10.0.0.1' is no address, prefix or range, such as 10.0.0.0/8"},
      {"ip == 10.0.0.1-::1",
       "7: '10.0.0.1-::1' is no address, prefix or range, such as 10.0.0.0/8"},
      {"ip > 10.0.0.1", "6: ip can be compared with == and != only"},
      {"state == opne",
       "10: 'opne' is no state; use one of open, closed, filtered, unfiltered, open|filtered, up, "
       "unknown"},
      {"proto == TCP", "10: 'TCP' is no proto; use one of tcp, udp, sctp, icmp, arp, err"},
      {"suspect = same-isn", "9: expected one of == != < <= > >= ~ here"},
      {"suspect == fake",
       "12: 'fake' is no suspect; use one of zero-window, no-options, copied-isn, same-isn, "
       "dense-host, dense-prefix, any-port"},
      {"type == banners", "9: 'banners' is no type; use one of status, banner"},
      {"service > http", "11: service can be compared with == and != only"},
      {"banner ~ \"x", "10: the quotes that begin here do not end"},
      {"(port == 80", "12: expected ')' here"},
      {"port == 80)", "11: expected && or || here"},
      {std::string(60, '('), "52: too many brackets inside each other"},
  };
  for (const auto& [text, message] : cases) {
    const auto filter = Filter::parse(text, "--filter");
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().message, "--filter: column " + message) << text;
    EXPECT_EQ(filter.error().fault, Fault::kUsage);
  }
}

}  // namespace
}  // namespace masscan::record
