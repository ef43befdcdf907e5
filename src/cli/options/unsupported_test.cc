// Settings that are kept as text, and the values that they take.
#include "cli/options/unsupported.h"

#include <gtest/gtest.h>

#include "cli/help/echo.h"
#include "cli/options/table.h"
#include "cli/test_support.h"

namespace masscan::cli {
namespace {

// What a command line adds to --echo, without line ends between: "rotate = 3600".
std::string echoed(const std::string& line) {
  const auto settings = read(split_line(line));
  if (!settings) return settings.error().message;
  std::string text;
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      Option silent = option;
      silent.echo = nullptr;
      for (const std::string& added : echo_lines(silent, settings->config)) text += added + ";";
    }
  }
  return text;
}

TEST(Unsupported, IsKeptInOneSpelling) {
  EXPECT_EQ(echoed("--heartbleed"), "heartbleed = true;");
  EXPECT_EQ(echoed("--vuln POODLE"), "vuln = poodle;");
}

TEST(Unsupported, IsNotKeptWhereItIsTheDefault) {
  for (const char* line :
       {"--banners=no", "--banners --nobanners", "--min-packet 60", "--adapter-vlan 0"}) {
    EXPECT_EQ(echoed(line), "") << line;
  }
}

TEST(Unsupported, LastOneCountsOfWhatThereIsOnce) {
  EXPECT_EQ(echoed("--adapter[1] eth2 --adapter[01] eth3"), "adapter[1] = eth3;");
}

TEST(Unsupported, AllCountOfWhatThereAreSeveral) {
  EXPECT_EQ(echoed("--vuln poodle --vuln sslv3 --vuln poodle"), "vuln = poodle;vuln = sslv3;");
}

TEST(Unsupported, FurtherAdaptersAreKeptApart) {
  EXPECT_EQ(echoed("-e eth0 --adapter[0] eth1 --adapter[1] eth2 --adapter[07] eth3"),
            "adapter[1] = eth2;adapter[7] = eth3;");
  EXPECT_EQ(echoed("--router-mac[1] 02:00:00:00:00:01"),
            "router-mac-ipv4[1] = 02-00-00-00-00-01;router-mac-ipv6[1] = 02-00-00-00-00-01;");
  EXPECT_EQ(echoed("--adapter-ip[1] 192.0.2.1 --adapter-ip[1] 2001:db8::1"),
            "adapter-ip[1] = 192.0.2.1;adapter-ip[1] = 2001:db8::1;");
}

TEST(Unsupported, StopsAScanUnlessItChangesNothing) {
  const auto refused = read(split_line("-p80 10.0.0.1 --heartbleed"));
  ASSERT_TRUE(refused);
  EXPECT_FALSE(check_scan(refused->config));
  const auto accepted = read(split_line("-p80 10.0.0.1 --min-packet 64 --nmap-service-probes x"));
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(check_scan(accepted->config));
  EXPECT_EQ(accepted->notes.size(), 2u);
}

TEST(Notes, AreSaidOnce) {
  const auto settings = read(split_line("--reason --reason --sendq --sendqueue true -sT"));
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->notes.size(), 4u);
}

}  // namespace
}  // namespace masscan::cli
