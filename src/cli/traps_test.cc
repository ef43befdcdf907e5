// Traps of masscan (docs/compatibility.md) that no other test shows.
#include <gtest/gtest.h>

#include "cli/config_file.h"
#include "cli/read_settings.h"
#include "cli/test_support.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

Settings good(const std::string& line) {
  Result<Settings> settings = read(split_line(line));
  EXPECT_TRUE(settings) << line << ": " << (settings ? "" : settings.error().message);
  return settings ? *std::move(settings) : Settings();
}

TEST(Traps, T3AFileWithSeventeenSourcePortsLoads) {
  const auto uses = parse_config("adapter-port = 40000-40016\nnocapture = servername\n", "x");
  ASSERT_TRUE(uses);
  Settings settings;
  ASSERT_TRUE(apply_all(*uses, settings));
  EXPECT_EQ(settings.config.network.source_ports, (net::PortRange{40000, 40015}));
}

TEST(Traps, T16BlanksAroundDashAndSlashLoseNothing) {
  EXPECT_EQ(good("10.0.0.0/29 -p80 --exclude '10.0.0.1 - 10.0.0.4'").config.targets.count(), 4u);
  const test::TestFolder directory;
  const auto excludes = directory.write("exclude.txt", "10.0.0.0 - 10.0.0.3\n10.0.1.0 /24\n");
  const auto settings = good("10.0.0.0/29 10.0.1.0/24 -p80 --excludefile " + excludes);
  EXPECT_EQ(settings.config.targets.count(), 4u);
}

TEST(Traps, T23ScanTypesDecideWhatPortsAreWhereverTheyStand) {
  EXPECT_EQ(to_string(good("-p 53 -sU").config.ports), "U:53");
  EXPECT_EQ(to_string(good("-sU -p 53").config.ports), "U:53");
  EXPECT_EQ(to_string(good("-sU -sS -p 53").config.ports), "53,U:53");
  EXPECT_EQ(to_string(good("-p 47 -sO").config.ports), "O:47");
  EXPECT_EQ(to_string(good("-sY -p 80").config.ports), "S:80");
  EXPECT_EQ(to_string(good("-p 80 -sZ").config.ports), "S:80");
}

TEST(Traps, T29Ipv6AddressesThatBeginWithALetterAreTargets) {
  EXPECT_EQ(good("fe80::1 fd00::1 -p80").config.targets.count(), 2u);
}

TEST(Traps, T32AnExcludedPortWithoutPrefixIsTcp) {
  EXPECT_EQ(to_string(good("-p80,443,U:443 --exclude-ports 443").config.ports), "80,U:443");
}

TEST(Traps, T33AnyExcludeConfirmsABigScan) {
  EXPECT_TRUE(check_scan(good("0.0.0.0/0 -p80 --exclude fd00::1").config));
  EXPECT_TRUE(check_scan(good("fd00::/96 -p80 --exclude fd00::1").config));
  EXPECT_FALSE(check_scan(good("fd00::/96 -p80").config));
}

TEST(Traps, T35TheRedisPortIsReadInBothNotations) {
  const auto given = good("--redis 127.0.0.1:6380 -p80 10.0.0.1 --seed 1");
  const auto echoed = good("--redis '127.0.0.1 6380' -p80 10.0.0.1 --seed 1");
  EXPECT_TRUE(given.config == echoed.config);
}

TEST(Traps, T47FileNamesOfAnyLengthAreKept) {
  const std::string name(5000, 'x');
  EXPECT_EQ(good("-p80 10.0.0.1 -oL " + name).config.output.file, name);
}

TEST(Traps, T49OptionsWithoutEffectSaySo) {
  for (const std::string line :
       {"--min-rate 5", "--datadir /x", "--reason", "--bpf x", "--sendq"}) {
    EXPECT_FALSE(good(line).notes.empty()) << line;
  }
}

TEST(Traps, T51VendorNamesAreNoMacs) {
  for (const char* mac : {"0", "Cisco", "00:00:0c"}) {
    EXPECT_FALSE(read({"--spoof-mac", mac})) << mac;
  }
}

}  // namespace
}  // namespace masscan::cli
