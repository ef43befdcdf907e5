#include "cli/echo.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <map>

#include "cli/config_file.h"
#include "cli/options.h"
#include "cli/test_support.h"
#include "report/format.h"

namespace masscan::cli {
namespace {

namespace fs = std::filesystem;

// Lines of masscan's own echoes that this version refuses, and why.
const std::map<std::string, std::string> kRefused = {
    {"arpscan = true", "ARP scans are not built yet"},
    {"banners = true", "banners are not built yet"},
    {"capture = html", "banners are not built yet"},
    {"hello = ssl", "banners are not built yet"},
    {"hello-string[8080] = aGVsbG8K", "banners are not built yet"},
    {"hello-string[80] = R0VUIC8gSFRUUC8xLjANCg0K", "banners are not built yet"},
    {"hello-timeout = 5", "banners are not built yet"},
    {"http-cookie = sid=1", "banners are not built yet"},
    {"http-header = Accept:image/gif", "banners are not built yet"},
    {"http-header = X-Test:1", "banners are not built yet"},
    {"http-header[] = Accept:image/gif", "banners are not built yet"},
    {"http-header[] = X-Test:1", "banners are not built yet"},
    {"http-header[] = Accept: image/gif", "banners are not built yet"},
    {"http-header[Accept] = image/gif", "banners are not built yet"},
    {"http-host = example.com", "banners are not built yet"},
    {"http-method = POST", "banners are not built yet"},
    {"http-payload = a=1", "banners are not built yet"},
    {"http-url = /api", "banners are not built yet"},
    {"http-user-agent = Mozilla/5.0 (X11; Linux)", "banners are not built yet"},
    {"http-user-agent = probe/1.0", "banners are not built yet"},
    {"http-version = HTTP/1.1", "banners are not built yet"},
    {"rawudp = true", "banners are not built yet"},
    {"min-packet = 64", "not built yet"},
    {"pcap-filename = x.pcap", "captures are not built yet"},
    {"ndjson-status = true", "not built yet"},
    {"output-format = xml", "not built yet"},
    {"output-format = json", "not built yet"},
    {"output-format = binary", "not built yet"},
    {"output-format = grepable", "not built yet"},
    {"output-format = redis", "not built yet"},
    {"redis = 127.0.0.1 6380", "not built yet"},
    {"stylesheet = x.xsl", "XML is not built yet"},
    {"rotate = 3600", "rotation is not built yet"},
    {"rotate-dir = /var/log/masscan", "rotation is not built yet"},
    {"rotate-offset = 3600", "rotation is not built yet"},
    {"rotate-size = 10485760", "rotation is not built yet"},
    {"resume-count = 500", "resuming is not built yet"},
    {"adapter[1] = eth1", "several adapters are not built yet"},
    {"adapter-ip[1] = 192.0.2.8", "several adapters are not built yet"},
    {"router-mac-ipv4[1] = 66-55-44-33-22-11", "several adapters are not built yet"},
    {"router-mac-ipv6[1] = 66-55-44-33-22-11", "several adapters are not built yet"},
    {"rate = 0", "a rate of nothing would never end (trap T27)"},
};

bool is_refused(const std::string& line) {
  return kRefused.contains(line) || line.starts_with("resume-index = ");
}

struct Sample {
  fs::path path;
  std::string arguments;  // of the command line that produced it
  std::string text;       // without its first line, which names the arguments
  std::string readable;   // without the lines that are refused
};

std::vector<Sample> samples() {
  std::vector<Sample> found;
  for (const auto& entry : fs::recursive_directory_iterator(MASSCAN_GOLDEN_DIR "/echo")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".conf" || name == "seed.conf" || name.starts_with("9"))
      continue;
    Sample sample{.path = entry.path(), .arguments = {}, .text = {}, .readable = {}};
    std::ifstream lines(entry.path());
    std::getline(lines, sample.arguments);
    sample.arguments = sample.arguments.substr(std::string("# masscan ").size());
    for (std::string line; std::getline(lines, line);) {
      sample.text += line + "\n";
      const std::string trimmed(line, 0, line.find_last_not_of(' ') + 1);
      if (!is_refused(trimmed)) sample.readable += line + "\n";
    }
    found.push_back(std::move(sample));
  }
  return found;
}

Result<scan::Config> parse(const std::string& text) {
  Settings settings;
  const std::vector<Given> givens = TRY(parse_config(text, "echo"));
  TRY(apply_all(givens, settings));
  settle(settings);
  return settings.config;
}

TEST(Echo, OfEveryMasscanSampleGivesTheSamePlanAgain) {
  const auto all = samples();
  EXPECT_GE(all.size(), 75u);
  for (const Sample& sample : all) {
    const auto config = parse(sample.readable);
    ASSERT_TRUE(config) << sample.path << ": " << config.error().message;
    const auto again = parse(echo_text(*config));
    ASSERT_TRUE(again) << sample.path << ": " << again.error().message;
    EXPECT_TRUE(*again == *config) << sample.path << "\n" << echo_text(*config);
  }
}

// The list above must shrink as options are built.
TEST(Echo, RefusesWhatItSaysItRefuses) {
  for (const auto& [line, reason] : kRefused) EXPECT_FALSE(parse(line)) << line << ": " << reason;
}

TEST(Echo, IsMasscansToTheByteWhereEverythingIsSupported) {
  // O:47 instead of I:303 (trap T20), and no line for what is the default anyway.
  const std::vector<std::string> different = {"12-tcp-udp-sctp-oproto-ping.conf",
                                              "61-tcp-options-disable.conf"};
  int compared = 0;
  for (const Sample& sample : samples()) {
    const std::string name = sample.path.filename().string();
    const bool is_head = sample.path.parent_path().filename() == "echo";
    const bool is_excepted = std::find(different.begin(), different.end(), name) != different.end();
    if (!is_head || is_excepted || sample.text != sample.readable) continue;
    const auto config = parse(sample.text);
    ASSERT_TRUE(config);
    EXPECT_EQ(echo_text(*config), sample.text) << sample.path;
    ++compared;
  }
  EXPECT_GE(compared, 25);
}

TEST(Echo, OfTheSameArgumentsIsMasscansToo) {
  fs::current_path(MASSCAN_GOLDEN_DIR "/echo/fixtures");
  for (const char* name :
       {"01-defaults", "02-ipv4-seed-example", "03-ipv4-mixed-ranges", "06-includefile", "07-ipv6",
        "08-ipv4-and-ipv6", "10-udp", "14-open-ended-ports", "41-adapter-split-router-macs",
        "55-output-list", "70-rate-33.333", "70-rate-42950"}) {
    for (const Sample& sample : samples()) {
      if (sample.path != fs::path(MASSCAN_GOLDEN_DIR "/echo") / (std::string(name) + ".conf"))
        continue;
      const auto settings = read(split_line(sample.arguments));
      ASSERT_TRUE(settings) << name << ": " << settings.error().message;
      EXPECT_EQ(settings->action, Action::kEcho);
      EXPECT_EQ(echo_text(settings->config), sample.text) << name;
    }
  }
}

TEST(Echo, KeepsWhatMasscanForgets) {
  const auto settings =
      read(split_line("10.0.0.0/24 -p80 --seed 1 --exclude 10.0.0.0/30 --ttl 40 "
                      "--show closed --noshow open --wait 3 --interactive"));
  ASSERT_TRUE(settings);
  const std::string text = echo_text(settings->config);
  for (const char* line : {"exclude = 10.0.0.0/30\n", "ttl = 40\n", "output-show = closed\n",
                           "output-noshow = open\n", "wait = 3\n", "interactive = true\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

// Every row that echoes is written by echo_text if it says something.
TEST(Echo, LeavesOutNoSection) {
  scan::Config config;
  config.seed = 1;
  const std::string text = echo_text(config);
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      if (option.echo == nullptr || option.echo(config).empty()) continue;
      EXPECT_NE(text.find(std::string(option.name) + " = "), std::string::npos) << option.name;
    }
  }
}

net::AddressRange arbitrary_range() {
  if (*rc::gen::arbitrary<bool>()) {
    const auto a = net::Ipv4Address(*rc::gen::arbitrary<std::uint32_t>());
    const auto b = net::Ipv4Address(*rc::gen::arbitrary<std::uint32_t>());
    return {std::min(a, b), std::max(a, b)};
  }
  const auto high = *rc::gen::arbitrary<std::uint64_t>();
  const auto low = *rc::gen::arbitrary<std::uint32_t>();
  const auto first = make_uint128(high, low);
  return {net::Ipv6Address(first), net::Ipv6Address(first + *rc::gen::inRange(0, 1000))};
}

net::PortRange arbitrary_ports() {
  const auto a = *rc::gen::inRange<std::uint32_t>(1, 65536);
  const auto b = *rc::gen::inRange<std::uint32_t>(1, 65536);
  return {static_cast<std::uint16_t>(std::min(a, b)), static_cast<std::uint16_t>(std::max(a, b))};
}

net::MacAddress arbitrary_mac() {
  std::array<std::byte, 6> octets{};
  for (std::byte& octet : octets) octet = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
  octets[0] |= std::byte{2};
  return net::MacAddress(octets);
}

void fill_plan(scan::Config& config) {
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) config.targets.add(arbitrary_range());
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) config.excludes.add(arbitrary_range());
  config.targets.subtract(config.excludes);
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    const auto transport = static_cast<net::Transport>(*rc::gen::inRange(0, 3));
    config.ports.add(transport, arbitrary_ports());
  }
  config.seed = *rc::gen::nonZero<std::uint64_t>();
  config.rate_pps =
      *rc::gen::element(0.01, 0.1, 1.0, 33.333, 100.0, 42949.0, 42950.0, 100.000001, 1e7,
                        0.0123456789, 123456.789012345, std::numeric_limits<double>::infinity());
  config.shard.count = *rc::gen::inRange(1, 9);
  config.shard.number = *rc::gen::inRange<std::uint64_t>(1, config.shard.count + 1);
  config.retries = *rc::gen::inRange(0u, 1000u);
  config.retry_delay = Duration(*rc::gen::inRange<std::int64_t>(0, 10'000'000'000));
  config.wait = *rc::gen::element<Duration>(0s, 10s, 1ns, 1500ms, std::chrono::seconds(2147483647));
  config.workers = *rc::gen::inRange(0u, 257u);
  config.offline = *rc::gen::arbitrary<bool>();
  config.no_reset = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) {
    config.cookie_key = SipKey{*rc::gen::arbitrary<std::uint64_t>(), 7};
  }
}

void fill_packets(scan::Config& config) {
  config.ttl = *rc::gen::inRange<std::uint8_t>(1, 255);
  config.verbosity = *rc::gen::inRange(0, 10);
  config.sim_key = *rc::gen::arbitrary<std::uint64_t>();
  config.sim_open = *rc::gen::element(0.0, 0.05, 1.0 / 3, 1.0);
  using Mss = std::optional<std::uint16_t>;
  config.tcp.mss = *rc::gen::element<Mss>(std::nullopt, 2, 1400, 1460, 65535);
  using Scale = std::optional<std::uint8_t>;
  config.tcp.window_scale = *rc::gen::element<Scale>(std::nullopt, 3, 7, 254);
  using Timestamp = std::optional<std::uint32_t>;
  config.tcp.timestamp = *rc::gen::element<Timestamp>(std::nullopt, 0x12345678u, 9u, 0xffffffffu);
  config.tcp.sack_permitted = *rc::gen::arbitrary<bool>();
}

void fill_way_and_output(scan::Config& config) {
  config.way.interface = *rc::gen::element<std::string>("", "eth0", "sim", "br-1.7");
  if (*rc::gen::arbitrary<bool>()) config.way.source_addresses.push_back(arbitrary_range());
  if (*rc::gen::arbitrary<bool>()) config.way.source_ports = arbitrary_ports();
  if (*rc::gen::arbitrary<bool>()) config.way.source_mac = arbitrary_mac();
  if (*rc::gen::arbitrary<bool>()) config.way.router_address = arbitrary_range().first;
  if (*rc::gen::arbitrary<bool>()) config.way.router_mac_v4 = arbitrary_mac();
  if (*rc::gen::arbitrary<bool>()) config.way.router_mac_v6 = arbitrary_mac();
  config.way.firewall = *rc::gen::arbitrary<bool>();
  config.output.file = *rc::gen::element<std::string>("", "-", "a b=c.txt");
  const auto format = *rc::gen::element<std::string>("", "list", "ndjson");
  config.output.format = report::find_format(format);
  config.output.append = *rc::gen::arbitrary<bool>();
  config.output.interactive = *rc::gen::arbitrary<bool>();
  config.output.status = *rc::gen::arbitrary<bool>();
  config.output.show = {*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>(),
                        *rc::gen::arbitrary<bool>()};
}

RC_GTEST_PROP(Echo, IsReadBackAsTheVerySameConfiguration, ()) {
  scan::Config config;
  fill_plan(config);
  fill_packets(config);
  fill_way_and_output(config);
  const std::string text = echo_text(config);
  const auto again = parse(text);
  if (!again) RC_FAIL(again.error().message);
  RC_ASSERT(echo_text(*again) == text);
  RC_ASSERT(*again == config);
}

}  // namespace
}  // namespace masscan::cli
