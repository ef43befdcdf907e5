#include "cli/help/echo.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "cli/config_file.h"
#include "cli/options/table.h"
#include "cli/read_settings.h"
#include "cli/settings_sum.h"
#include "cli/test_support.h"
#include "format/format.h"
#include "setup/make_plan.h"
#include "support/test_folder.h"
#include "targets/special_purpose.h"

namespace masscan::cli {
namespace {

namespace fs = std::filesystem;

struct Sample {
  fs::path path;
  std::string arguments;  // of the command line that produced it
  std::string text;       // without its first line, which names the arguments
};

std::vector<Sample> samples() {
  std::vector<Sample> found;
  for (const auto& entry : fs::recursive_directory_iterator(MASSCAN_GOLDEN_DIR "/echo")) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".conf" || name == "seed.conf" || name.starts_with("9"))
      continue;
    Sample sample{.path = entry.path(), .arguments = {}, .text = {}};
    std::ifstream lines(entry.path());
    std::getline(lines, sample.arguments);
    sample.arguments = sample.arguments.substr(std::string("# masscan ").size());
    for (std::string line; std::getline(lines, line);) sample.text += line + "\n";
    found.push_back(std::move(sample));
  }
  return found;
}

Result<setup::Config> parse(const std::string& text) {
  Settings settings;
  const std::vector<OptionUse> uses = TRY(parse_config(text, "echo"));
  TRY(apply_all(uses, settings));
  TRY(settle(settings));
  return settings.config;
}

TEST(Echo, OfEveryMasscanSampleGivesTheSamePlanAgain) {
  const auto all = samples();
  EXPECT_GE(all.size(), 75u);
  for (const Sample& sample : all) {
    const auto config = parse(sample.text);
    ASSERT_TRUE(config) << sample.path << ": " << config.error().message;
    const auto again = parse(echo_text(*config));
    ASSERT_TRUE(again) << sample.path << ": " << again.error().message;
    EXPECT_TRUE(*again == *config) << sample.path << "\n" << echo_text(*config);
  }
}

// Samples of the development version, which is the one to be compatible with.
bool is_head(const Sample& sample) { return sample.path.parent_path().filename() == "echo"; }

bool is_one_of(const Sample& sample, const std::vector<std::string>& names) {
  const std::string name = sample.path.stem().string();
  return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(Echo, OfMasscansIsMasscansToTheByte) {
  const std::vector<std::string> different = {
      "12-tcp-udp-sctp-oproto-ping",  // O:47 instead of I:303 (trap T20)
      "22-banners-hello",             // capture and nocapture, grouped by name
      "42-two-adapters",              // adapter and adapter[1], grouped by name
      "52-output-ndjson",             // ndjson-status among what concerns the output
      "57-output-redis",              // IP:PORT (trap T35)
      "61-tcp-options-disable",       // no line for what is the default anyway
  };
  int compared = 0;
  for (const Sample& sample : samples()) {
    if (!is_head(sample) || is_one_of(sample, different)) continue;
    const auto config = parse(sample.text);
    ASSERT_TRUE(config) << sample.path << ": " << config.error().message;
    EXPECT_EQ(echo_text(*config), sample.text) << sample.path;
    ++compared;
  }
  EXPECT_GE(compared, 44);
}

TEST(Echo, OfTheSameArgumentsIsMasscansToo) {
  const test::WorkingFolder fixtures(MASSCAN_GOLDEN_DIR "/echo/fixtures");
  const std::vector<std::string> different = {
      // Excludes, ttl, vlan, show and other tests are written too (trap T8).
      "04-ipv4-whole-internet",
      "05-ipv4-excludefile",
      "09-ipv6-exclude",
      "23-heartbleed",
      "24-poodle",
      "30-shard-1-of-3",
      "31-shard-3-of-3",
      "40-adapter-full",
      "58-show-not-echoed",
      // The order of --top-ports is our own.
      "15-top-ports",
      "16-top-ports-udp-10",
      "17-top-ports-all",
      // A position is followed by a line that says whose it is.
      "32-resume-index-count",
      // As in the test above.
      "12-tcp-udp-sctp-oproto-ping",
      "22-banners-hello",
      "42-two-adapters",
      "52-output-ndjson",
      "57-output-redis",
      "61-tcp-options-disable",
      "80-seed-document-config",
  };
  int compared = 0;
  for (const Sample& sample : samples()) {
    if (!is_head(sample)) continue;
    const auto settings = read(split_line(sample.arguments));
    if (is_one_of(sample, different)) {  // really
      EXPECT_FALSE(settings && echo_text(settings->config) == sample.text) << sample.path;
      continue;
    }
    ASSERT_TRUE(settings) << sample.path << ": " << settings.error().message;
    EXPECT_EQ(settings->action, Action::kEcho);
    EXPECT_EQ(echo_text(settings->config), sample.text) << sample.path;
    ++compared;
  }
  EXPECT_GE(compared, 32);
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

std::uint64_t plan_of(const setup::Config& config) {
  return setup::make_plan(config).value().fingerprint();
}

// Merged or cut ranges would be read as other targets than those that were given.
TEST(Echo, AsksTheSameSpecialPurposeAddresses) {
  for (const char* line : {
           "172.0.0.0/8",
           "172.0.0.0/8 --include-reserved",
           "10.0.0.0/8 11.0.0.0/8",
           "172.0.0.0/8 172.16.0.0/16",
           "9.0.0.0-11.255.255.255 --exclude 10.5.0.0/16",
           "9.0.0.0-11.255.255.255 --exclude 9.0.0.0/8,11.0.0.0/9",
           "9.0.0.0-11.255.255.255 --exclude 10.5.0.0/16,9.0.0.0/8",
       }) {
    const auto settings = read(split_line(std::string("-p80 --seed 1 ") + line));
    ASSERT_TRUE(settings) << line;
    const std::string text = echo_text(settings->config);
    const auto again = parse(text);
    ASSERT_TRUE(again) << text;
    EXPECT_EQ(plan_of(*again), plan_of(settings->config)) << text;
    EXPECT_EQ(settings_sum(*again), settings_sum(settings->config)) << text;
    EXPECT_EQ(echo_text(*again), text);
  }
}

TEST(Echo, OfLargerTargetsIsTheTargetsAsGiven) {
  const auto echoed = [](const std::string& line) {
    return echo_text(read(split_line("-p80 --seed 1 " + line))->config);
  };
  EXPECT_TRUE(echoed("172.0.0.0/8").ends_with("\nrange = 172.0.0.0/8\n"));
  EXPECT_EQ(echoed("172.0.0.0/8").find("reserved"), std::string::npos);
  EXPECT_TRUE(echoed("10.0.0.0/7 10.0.0.0/8").ends_with("include-reserved = true\n"));
}

// Every row that echoes is written by echo_text if it says something.
TEST(Echo, LeavesOutNoSection) {
  setup::Config config;
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

targets::PairList arbitrary_pairs() {
  targets::PairList list;
  for (int i = *rc::gen::inRange(0, 40); i > 0; --i) {
    list.add({arbitrary_range().first, {net::Transport::kTcp, arbitrary_ports().first}});
  }
  return list;
}

void fill_plan(setup::Config& config) {
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) config.targets.add(arbitrary_range());
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) config.excludes.add(arbitrary_range());
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) config.pairs.add(arbitrary_pairs());
  config.targets.subtract(config.excludes);
  config.include_reserved = *rc::gen::arbitrary<bool>();
  if (!config.include_reserved) config.left_out = special_purpose_parts(config.targets);
  config.pairs.subtract(config.excludes);
  using Names = std::vector<targets::HostName>;
  const net::Port http{net::Transport::kTcp, 80};
  config.names = *rc::gen::element(Names{}, Names{{"a.example", {}}, {"a.example", http}});
  config.excluded_names = *rc::gen::element(Names{}, Names{{"x-y.example.", {}}});
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    const auto transport = static_cast<net::Transport>(*rc::gen::inRange(0, 3));
    config.ports.add(transport, arbitrary_ports());
  }
  config.seed = *rc::gen::nonZero<std::uint64_t>();
  config.rate_pps =
      *rc::gen::element(0.01, 0.1, 1.0, 33.333, 100.0, 42949.0, 42950.0, 100.000001, 1e7,
                        0.0123456789, 123456.789012345, std::numeric_limits<double>::infinity());
  config.prefix_rate_pps =
      *rc::gen::element(0.01, 10.0, 33.333, 1e6, std::numeric_limits<double>::infinity());
  config.finds_rate = *rc::gen::arbitrary<bool>();
  config.shard.count = *rc::gen::inRange(1, 9);
  config.shard.number = *rc::gen::inRange<std::uint64_t>(1, config.shard.count + 1);
  config.retries = *rc::gen::inRange(0u, 1000u);
  config.canaries = *rc::gen::inRange(0u, 9u);
  config.retry_delay = Duration(*rc::gen::inRange<std::int64_t>(0, 10'000'000'000));
  config.wait = *rc::gen::element<Duration>(0s, 10s, 1ns, 1500ms, std::chrono::seconds(2147483647));
  config.workers = *rc::gen::inRange(0u, 257u);
  config.offline = *rc::gen::arbitrary<bool>();
  config.no_reset = *rc::gen::arbitrary<bool>();
  config.banners = *rc::gen::arbitrary<bool>();
  config.raw_udp = config.banners && *rc::gen::arbitrary<bool>();
  config.talk.hello = *rc::gen::element<std::string>("", "http", "none");
  if (*rc::gen::arbitrary<bool>()) config.talk.orders = {"8000-8100,9000:http,listen", "redis"};
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
    config.talk.hellos[*rc::gen::arbitrary<std::uint16_t>()] = *rc::gen::nonEmpty<std::string>();
  config.talk.checks_data = config.banners && *rc::gen::arbitrary<bool>();
  config.talk.hello_timeout = *rc::gen::element<Duration>(2s, 300ms);
  config.talk.limit = *rc::gen::inRange(1024u, 2048u);
  if (*rc::gen::arbitrary<bool>()) {
    config.cookie_key = SipKey{*rc::gen::arbitrary<std::uint64_t>(), 7};
  }
}

void fill_session(setup::Config& config) {
  using Position = std::optional<std::uint64_t>;
  config.resume_index = *rc::gen::element<Position>(std::nullopt, 1, 18446744073709551615u);
  config.resume_count = *rc::gen::element<Position>(std::nullopt, 1000);
  config.infinite = *rc::gen::arbitrary<bool>();
  config.checkpoint = *rc::gen::element<std::string>("", "paused.conf", "a b.conf");
  if (config.checkpoint.empty()) return;
  config.resume_point = setup::ResumePoint{
      .plan = *rc::gen::arbitrary<std::uint64_t>(), .began = 1764083000, .turns = {7, 5, 0}};
  config.late_excludes.add(arbitrary_range());
  config.control = *rc::gen::element<std::string>("", "/run/masscan.socket");
  using Metrics = std::optional<net::Endpoint>;
  config.metrics = *rc::gen::element(Metrics{}, net::Endpoint::parse("127.0.0.1:0"),
                                     net::Endpoint::parse("[fd09::2]:9100"));
  config.capture = *rc::gen::element<std::string>("", "-", "a b.pcap");
}

void fill_packets(setup::Config& config) {
  config.ttl = *rc::gen::inRange<std::uint8_t>(1, 255);
  config.verbosity = *rc::gen::inRange(0, 10);
  config.packet_trace = *rc::gen::arbitrary<bool>();
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

void fill_way_and_output(setup::Config& config) {
  config.network.interface = *rc::gen::element<std::string>("", "eth0", "sim", "br-1.7");
  if (*rc::gen::arbitrary<bool>()) config.network.source_addresses.push_back(arbitrary_range());
  if (*rc::gen::arbitrary<bool>()) config.network.source_ports = arbitrary_ports();
  // masscan's mistake, which is read as 16.
  if (config.network.source_ports && config.network.source_ports->count() == 17) {
    config.network.source_ports.reset();
  }
  // What masscan writes for an address that it is to find out.
  const auto is_unset = [](const net::IpAddress& address) {
    return address == net::Ipv4Address() || address == net::Ipv6Address();
  };
  std::erase_if(config.network.source_addresses, [&](const net::AddressRange& range) {
    return range.first == range.last && is_unset(range.first);
  });
  if (*rc::gen::arbitrary<bool>()) config.network.source_mac = arbitrary_mac();
  if (*rc::gen::arbitrary<bool>()) config.network.router_address = arbitrary_range().first;
  if (config.network.router_address && is_unset(*config.network.router_address)) {
    config.network.router_address.reset();
  }
  if (*rc::gen::arbitrary<bool>()) config.network.router_mac_v4 = arbitrary_mac();
  if (*rc::gen::arbitrary<bool>()) config.network.router_mac_v6 = arbitrary_mac();
  config.network.backend = *rc::gen::element(setup::Backend::kAuto, setup::Backend::kXdp,
                                             setup::Backend::kAfPacket, setup::Backend::kPcap);
  if (*rc::gen::arbitrary<bool>()) config.network.senders = *rc::gen::inRange(0u, 16u);
  config.network.firewall = *rc::gen::arbitrary<bool>();
  config.network.force = *rc::gen::arbitrary<bool>();
  config.network.qdisc = *rc::gen::arbitrary<bool>();
  config.output.file = *rc::gen::element<std::string>("", "-", "a b=c.txt", "a \"#1\" #2.txt");
  // A file always has a format.
  const bool has_file = !config.output.file.empty();
  const auto format = *rc::gen::element<std::string>(has_file ? "xml" : "", "list", "ndjson");
  config.output.format = format::find_format(format);
  if (*rc::gen::arbitrary<bool>()) {
    config.output.also = {{format::find_format("csv"), "a b.csv"},
                          {format::find_format("json"), "c:json"}};
  }
  config.output.rotation = {.period = std::chrono::seconds(*rc::gen::inRange(0, 100000)),
                            .offset = std::chrono::seconds(*rc::gen::inRange(0, 86400)),
                            .size_bytes = *rc::gen::arbitrary<std::uint64_t>(),
                            .directory = *rc::gen::element<std::string>(".", "/", "x y")};
  config.output.nmap_xml = *rc::gen::arbitrary<bool>();
  config.output.base64 = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) config.output.columns = {record::Column::kTtl};
  if (*rc::gen::arbitrary<bool>()) {
    config.output.filter = record::Filter::parse("banner ~ \"# x = y\" && port<9", "").value();
  }
  config.output.stylesheet = *rc::gen::element<std::string>("", "x.xsl");
  config.output.status_ndjson = *rc::gen::arbitrary<bool>();
  config.output.append = *rc::gen::arbitrary<bool>();
  config.output.interactive = *rc::gen::arbitrary<bool>();
  config.output.status = *rc::gen::arbitrary<bool>();
  config.output.marks_suspects = *rc::gen::arbitrary<bool>();
  config.output.states = {*rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>(),
                          *rc::gen::arbitrary<bool>()};
}

RC_GTEST_PROP(Echo, IsReadBackAsTheVerySameConfiguration, ()) {
  setup::Config config;
  fill_plan(config);
  fill_session(config);
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
