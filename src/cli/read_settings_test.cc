#include "cli/read_settings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "cli/test_support.h"
#include "support/test_folder.h"

namespace masscan::cli {
namespace {

// With the message of the error, if there is one.
testing::AssertionResult succeeded(const Result<Settings>& settings) {
  if (settings) return testing::AssertionSuccess();
  return testing::AssertionFailure() << settings.error().message;
}

class SettingsFiles : public testing::Test {
 protected:
  test::TestFolder directory_;
};

TEST_F(SettingsFiles, LoseToTheCommandLineWhereverItNamesThem) {
  const auto file = directory_.write("a.conf", "rate = 1000\nwait = 3\nports = 22\n");
  for (const auto& arguments : {std::vector<std::string>{"--rate", "5", "-c", file, "-p80"},
                                std::vector<std::string>{"-p80", "-c", file, "--rate", "5"}}) {
    const auto settings = read(arguments);
    ASSERT_TRUE(succeeded(settings));
    EXPECT_EQ(settings->config.rate_pps, 5);
    EXPECT_EQ(settings->config.wait, 3s);
    EXPECT_EQ(to_string(settings->config.ports), "80");
  }
}

TEST_F(SettingsFiles, OverrideTheSystemsFileAndEarlierOnes) {
  const auto system = directory_.write("system.conf", "rate = 1\nretries = 1\nwait = 1\n");
  const auto first = directory_.write("first.conf", "rate = 2\nretries = 2\n");
  const auto second = directory_.write("second.conf", "rate = 3\n");
  const auto settings = read({"-c", first, "--conf", second}, system);
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(settings->config.wait, 1s);
  EXPECT_EQ(settings->config.retries, 2u);
  EXPECT_EQ(settings->config.rate_pps, 3);
}

TEST_F(SettingsFiles, AddUpTargetsAndExcludesOfAllSources) {
  const auto excludes = directory_.write("exclude.txt", "10.0.0.1 # mine\n");
  const auto system = directory_.write("system.conf", "excludefile = " + excludes + "\n");
  const auto file = directory_.write("a.conf", "range = 10.0.0.0/30\nexclude = 10.0.0.9\n");
  const auto settings = read({"10.0.0.8/30", "-c", file, "--exclude", "10.0.0.10"}, system);
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(describe(settings->config.targets),
            (std::vector<std::string>{"10.0.0.0", "10.0.0.2/31", "10.0.0.8", "10.0.0.11"}));
}

TEST_F(SettingsFiles, MayNameEachOtherButNotForEver) {
  const auto inner = directory_.write("inner.conf", "rate = 7\n");
  const auto outer = directory_.write("outer.conf", "conf = " + inner + "\n");
  const auto settings = read({"-c", outer});
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(settings->config.rate_pps, 7);

  const auto loop = directory_.path("loop.conf");
  directory_.write("loop.conf", "conf = " + loop + "\n");
  const auto endless = read({"-c", loop});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().message,
            loop + ": more than 16 configuration files name each other; does it name itself?");
}

TEST_F(SettingsFiles, KeepTheirPortsIfTheCommandLineOnlyExcludesSome) {
  const auto file = directory_.write("a.conf", "ports = 22,80\n");
  const auto settings = read({"--exclude-ports", "22", "-c", file});
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(to_string(settings->config.ports), "80");
}

TEST_F(SettingsFiles, LoseTheirSourceAddressesToTheCommandLine) {
  const auto file = directory_.write("a.conf", "adapter-ip = fd00::1\nadapter-ip = 10.0.0.1\n");
  const auto settings = read({"-c", file, "--source-ip", "10.0.0.2"});
  ASSERT_TRUE(succeeded(settings));
  ASSERT_EQ(settings->config.network.source_addresses.size(), 1u);
}

TEST_F(SettingsFiles, AreNotNeededForHelp) {
  const auto broken = directory_.write("broken.conf", "nonsense\n");
  const auto settings = read({"--help"}, broken);
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(settings->action, Action::kHelp);
}

TEST_F(SettingsFiles, ReadTargetsOfIncludeFiles) {
  const auto file = directory_.write("targets.txt", "10.0.0.0/28\r\n2001:db8::1\n# c\n192.0.2.7");
  const auto settings = read({"-iL", file});
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(settings->config.targets.count(), 18u);
}

TEST(Settings, ExcludeWhateverTheOrder) {
  for (const char* line : {"10.0.0.0/30 --exclude 10.0.0.0/31", "--exclude 10.0.0.0/31 10.0.0.0/30",
                           "10.0.0.0/30 --exclude '10.0.0.0 - 10.0.0.1'"}) {
    const auto settings = read(split_line(line));
    ASSERT_TRUE(succeeded(settings));
    EXPECT_EQ(settings->config.targets.count(), 2u) << line;
  }
  const auto ports = read(split_line("--exclude-ports 443 -p80,443"));
  ASSERT_TRUE(succeeded(ports));
  EXPECT_EQ(to_string(ports->config.ports), "80");
}

TEST(Settings, HaveNoCanariesWhereTheirPortsAreExcluded) {
  for (const char* line : {"-p80 --exclude-ports 65000-65535", "--exclude-ports 61000 -p80",
                           "-p80 --exclude-ports 1-65535 -p80", "-p80 --canaries 0"}) {
    EXPECT_EQ(read(split_line(std::string("--canaries 2 ") + line))->config.canaries, 0u) << line;
  }
  for (const char* line : {"-p80", "-p80 --exclude-ports U:61000-62000,60999,65096"}) {
    EXPECT_EQ(read(split_line(std::string("--canaries 2 ") + line))->config.canaries, 2u) << line;
  }
}

TEST(Settings, ExcludePairsByAddressAndByPort) {
  const auto settings = read(split_line(
      "10.0.0.1:80,10.0.0.1:81,10.0.0.2:80 a.example:80,a.example:81 --exclude 10.0.0.2,b.example "
      "--exclude-ports 81"));
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(describe(settings->config.pairs), std::vector<std::string>{"10.0.0.1:80"});
  ASSERT_EQ(settings->config.names.size(), 1u);
  EXPECT_EQ(to_string(settings->config.names[0]), "a.example:80");
  ASSERT_EQ(settings->config.excluded_names.size(), 1u);
  EXPECT_EQ(to_string(settings->config.excluded_names[0]), "b.example");
}

TEST(Settings, TakeAScopeThatIsTheInterface) {
  const auto settings = read(split_line("-e eth0 fe80::1%eth0 [fe80::2%eth0]:80"));
  ASSERT_TRUE(succeeded(settings));
  EXPECT_EQ(settings->config.targets.count(), 1u);
  EXPECT_EQ(settings->config.pairs.size(), 1u);
}

TEST(Settings, DoTheLastActionSaid) {
  EXPECT_EQ(read({"--echo", "--iflist"})->action, Action::kIflist);
  EXPECT_EQ(read({"--iflist", "--echo"})->action, Action::kEcho);
  EXPECT_EQ(read({"--echo=false"})->action, Action::kScan);
  EXPECT_EQ(read({"--doctor"})->action, Action::kDoctor);
}

TEST(Settings, PickASeedThatCanBeRepeated) {
  EXPECT_EQ(read({"--seed", "7"})->config.seed, 7u);
  EXPECT_NE(read({})->config.seed, read({})->config.seed);
  EXPECT_NE(read({"--seed", "0"})->config.seed, 0u);
}

TEST(Settings, TakeRatesFromAHundredthToNoLimit) {
  EXPECT_EQ(read({"--rate", "0.01"})->config.rate_pps, 0.01);
  EXPECT_EQ(read({"--rate", "100000.00"})->config.rate_pps, 100000);
  EXPECT_TRUE(std::isinf(read({"--rate", "unlimited"})->config.rate_pps));
  EXPECT_TRUE(std::isinf(read({"--max-rate=MAX"})->config.rate_pps));
  EXPECT_FALSE(read({"--rate", "unlimited"})->config.finds_rate);
}

TEST(Settings, LookForTheRateUntilOneIsSaid) {
  EXPECT_TRUE(read({"--rate", "AUTO"})->config.finds_rate);
  EXPECT_TRUE(std::isinf(read({"--rate", "auto"})->config.rate_pps));
  EXPECT_TRUE(read({"--rate", "5", "--rate", "auto"})->config.finds_rate);
  EXPECT_FALSE(read({"--rate", "auto", "--rate", "5"})->config.finds_rate);
}

TEST(Settings, LookForTheRateUpToALimit) {
  for (const char* line :
       {"--rate auto:5000", "--rate auto --max-rate 5000", "--max-rate 5000 --rate auto",
        "--rate AUTO --max_rate=5000", "--rate auto:7 --max-rate 5000",
        "--rate 7 --rate auto --max-rate 5000"}) {
    const auto settings = read(split_line(line));
    ASSERT_TRUE(settings) << line;
    EXPECT_TRUE(settings->config.finds_rate) << line;
    EXPECT_EQ(settings->config.rate_pps, 5000) << line;
  }
  EXPECT_TRUE(std::isinf(read({"--rate", "5", "--rate", "auto"})->config.rate_pps));
  EXPECT_TRUE(std::isinf(read(split_line("--max-rate 9 --rate 5 --rate auto"))->config.rate_pps));
  EXPECT_FALSE(read({"--max-rate", "5"})->config.finds_rate);
  EXPECT_FALSE(read({"--rate", "auto:"}));
  EXPECT_FALSE(read({"--rate", "auto:fast"}));
}

TEST(Settings, FalseMeansOff) {
  EXPECT_FALSE(read(split_line("--offline --offline=off"))->config.offline);
  EXPECT_TRUE(read(split_line("--banners=false --heartbleed=no")));
  EXPECT_TRUE(read({"--nostatus=false"})->config.output.status);
  EXPECT_FALSE(read({"--nostatus"})->config.output.status);
}

TEST(Settings, UnderstandTcpOptionsInAllTheirForms) {
  const auto tcp = [](const char* line) { return read(split_line(line))->config.tcp; };
  EXPECT_EQ(tcp("").mss, 1460);
  EXPECT_EQ(tcp("--tcp-mss 1400").mss, 1400);
  EXPECT_EQ(tcp("--tcp-mss 1400 --tcp-mss").mss, 1460);
  EXPECT_EQ(tcp("--tcp-mss disable").mss, std::nullopt);
  EXPECT_EQ(tcp("--tcp-mss=0").mss, std::nullopt);
  EXPECT_EQ(tcp("--tcp-wscale").window_scale, 3);
  EXPECT_EQ(tcp("--tcp-wscale 7").window_scale, 7);
  EXPECT_EQ(tcp("--tcp-tsecho").timestamp, 0x12345678u);
  EXPECT_TRUE(tcp("--tcp-sackok").sack_permitted);
}

TEST(Settings, TakeOneSourceRangePerFamily) {
  const auto settings = read(split_line("-S 10.0.0.1 -S fd00::1 -S 10.0.0.4-10.0.0.6"));
  ASSERT_TRUE(succeeded(settings));
  const auto& sources = settings->config.network.source_addresses;
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(to_string(sources[0].last), "10.0.0.6");
  EXPECT_EQ(to_string(sources[1].first), "fd00::1");
}

TEST(Settings, UnderstandNumbersAsPeopleDo) {
  EXPECT_EQ(read({"--retries", "010"})->config.retries, 10u);
  EXPECT_EQ(read({"--ttl", "0x40"})->config.ttl, 64);
  EXPECT_EQ(read({"--ttl", "0"})->config.ttl, 255);
  EXPECT_EQ(read({"--wait", "0.5"})->config.wait, 500ms);
  EXPECT_EQ(read({"--wait", "forever"})->config.wait, std::chrono::seconds(2147483647));
  EXPECT_EQ(read({"-vvv"})->config.verbosity, 3);
}

TEST(CheckScan, WantsBigScansConfirmed) {
  EXPECT_FALSE(check_scan(read(split_line("0.0.0.0/0 -p80"))->config));
  EXPECT_FALSE(check_scan(read(split_line("2001:db8::/98 -p80"))->config));
  EXPECT_TRUE(check_scan(read(split_line("0.0.0.0/0 -p80 --exclude 255.255.255.255"))->config));
  EXPECT_TRUE(check_scan(read(split_line("0.0.0.0/3 -p80"))->config));
}

std::string left_out(const std::string& line) {
  return fmt::format("{}",
                     fmt::join(targets::describe(read(split_line(line))->config.left_out), " "));
}

TEST(Settings, LeaveOutSpecialPurposeAddressesUnlessTheyAreMeant) {
  EXPECT_EQ(left_out("172.0.0.0/8"), "172.16.0.0/12");
  EXPECT_EQ(left_out("172.0.0.0/8 --include-reserved"), "");
  EXPECT_EQ(left_out("--include-reserved=no 172.0.0.0/8 172.31.0.0/16"),
            "172.16.0.0-172.30.255.255");
  EXPECT_EQ(left_out("10.0.0.0/8 11.0.0.0/8 192.168.0.1"), "");
}

// Of the system's file only one that is not there means that there are no excludes.
TEST(SystemConfig, ThatCannotBeReadStopsEverything) {
  const test::TestFolder directory;
  const std::vector<std::string> line = {"10.0.0.0/24", "-p80"};
  EXPECT_TRUE(read(line, directory.path("absent.conf")));
  EXPECT_TRUE(read(line, directory.path("absent/masscan.conf")));
  EXPECT_TRUE(read(line, directory.write("file", "") + "/masscan.conf"));
  const std::string link = directory.path("link");
  std::filesystem::create_symlink("nowhere", link);
  EXPECT_FALSE(read(line, link));
  EXPECT_FALSE(read(line, link + "/masscan.conf"));
  const std::string loop = directory.path("loop");
  std::filesystem::create_symlink("loop", loop);
  EXPECT_FALSE(read(line, loop));
  EXPECT_FALSE(read(line, directory.path(std::string(300, 'x'))));  // a name too long to look at
}

TEST(Settings, ExcludeTheIpv6FormsOfAnIpv4Address) {
  const auto settings =
      read({"10.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::7",
            "[::ffff:10.0.0.1]:443", "::ffff:10.1.0.1", "-p80", "--exclude", "10.0.0.0/16"});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->config.targets.count(), 1u);
  EXPECT_TRUE(settings->config.pairs.empty());
  EXPECT_EQ(targets::describe(settings->config.excludes).size(), 1u);
}

TEST(Settings, TopPortsAreCountedInTheirOrder) {
  const auto ports = [](const std::string& line) {
    const auto settings = read(split_line(line + " 10.0.0.1"));
    return settings ? to_string(settings->config.ports) : settings.error().message;
  };
  const auto count = [](const std::string& line) {
    const auto settings = read(split_line(line + " --seed 1"));
    return settings ? settings->config.ports.count() : 0;
  };
  EXPECT_EQ(ports("--top-ports 1"), "80");
  EXPECT_EQ(ports("--top-ports=3"), "22,80,443");
  EXPECT_EQ(ports("--top-ports 2 -p 8080"), "80,443,8080");
  EXPECT_EQ(ports("--top-ports 3 --exclude-ports 22"), "80,443");
  EXPECT_EQ(ports("--top-ports 1 -sU"), "U:53");
  EXPECT_EQ(ports("-sS -sU --top-port 1"), "80,U:53");
  EXPECT_EQ(ports("--top-ports=no -p 7"), "7");
  EXPECT_EQ(count("--top-ports"), 20u);
  EXPECT_EQ(count("--top-ports true"), 20u);
  EXPECT_EQ(count("--top-ports 1000"), 1000u);
  EXPECT_EQ(count("--top-ports 65535"), 65535u);
}

TEST(Settings, TopPortsOfTheCommandLineReplaceThePortsOfFiles) {
  const test::TestFolder directory;
  const std::string file = directory.write("scan.conf", "top-ports = 100\nports = 80\n");
  const auto ports = [&file](const std::string& line) {
    return to_string(read(split_line("-c " + file + " " + line)).value().config.ports);
  };
  EXPECT_EQ(ports("-p 9"), "9");
  EXPECT_EQ(ports("--top-ports 1"), "80");
  EXPECT_EQ(read({"-c", file}).value().config.ports.count(), 100u);  // 80 is one of them
}

TEST(Settings, NamesWithoutADotAreLookedUpIfThatIsSaid) {
  const test::TestFolder directory;
  const std::string list = directory.write("list", "printer\nwww.example.com\n10.0.0.1\n");
  const auto refused = read({"-p80", "-iL", list});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(list + ":1:1: 'printer'"), std::string::npos);
  for (const auto& line : {std::vector<std::string>{"-p80", "--names", "-iL", list},
                           std::vector<std::string>{"-p80", "-iL", list, "--names"}}) {
    const auto settings = read(line);
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->config.names.size(), 2u);
  }
}

}  // namespace
}  // namespace masscan::cli
