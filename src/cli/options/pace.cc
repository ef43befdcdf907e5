// Rows: order, rate, retries and waiting.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "base/time.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/shard_auto.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "net/rate.h"
#include "probe/icmp.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();
constexpr std::string_view kAuto = "auto";
constexpr std::string_view kAutoUpTo = "auto:";
constexpr std::string_view kForever = "forever";
constexpr Duration kForeverSeconds = std::chrono::seconds(std::numeric_limits<int>::max());

Result<void> set_seed(Settings& settings, const OptionUse& use) {
  if (use.value == "time") {
    settings.config.seed = static_cast<std::uint64_t>(wall_now().time_since_epoch().count());
    return {};
  }
  const std::uint64_t seed = TRY(parse_integer(use, 0, kAnyNumber));
  settings.config.seed = seed != 0 ? std::optional(seed) : std::nullopt;
  return {};
}

Result<double> parse_limit(const OptionUse& use) {
  if (const auto rate = net::parse_rate(*use.value)) return *rate;
  // masscan writes "rate = 0" into files; such a scan is refused when it starts.
  if (parse_double(*use.value) == 0) return 0.0;
  return usage_error(
      "{}: '{}' is not a rate; write packets per second from {}, such as 10000, "
      "'unlimited', 'auto' or 'auto:10000'",
      use.place, *use.value, net::kLeastRate);
}

Result<double> parse_prefix_rate(const OptionUse& use) {
  if (const auto rate = net::parse_rate(*use.value)) return *rate;
  return usage_error(
      "{}: '{}' is not a rate; write packets per second from {}, such as 10, or 'unlimited'",
      use.place, *use.value, net::kLeastRate);
}

// "auto" has no upper limit; "auto:5000" has one. "auto" together with --max-rate, in any order,
// means the same as "auto:N".
Result<void> set_rate(Settings& settings, const OptionUse& use) {
  setup::Config& config = settings.config;
  const std::string word = to_lower(*use.value);
  const bool is_limit = normalize(use.name) == "maxrate";
  if (word == kAuto) {
    config.finds_rate = true;
    config.rate_pps = settings.max_rate_pps.value_or(std::numeric_limits<double>::infinity());
    return {};
  }
  OptionUse number = use;
  const bool is_bounded = word.starts_with(kAutoUpTo);
  if (is_bounded) number.value = word.substr(kAutoUpTo.size());
  config.rate_pps = TRY(parse_limit(number));
  config.finds_rate = is_bounded || (config.finds_rate && is_limit);
  settings.max_rate_pps = is_limit ? std::optional(config.rate_pps) : std::nullopt;
  return {};
}

// Uses masscan's forms if they are exact: up to 42949 an integer padded to ten columns, above that
// six decimals. Any other rate gets as many digits as it needs.
std::string rate_text(double rate) {
  if (std::isinf(rate)) return "unlimited";
  if (rate <= 42949 && rate == std::floor(rate)) return fmt::format("{:<10.0f}", rate);
  std::string text = fmt::format("{:.6f}", rate);
  return std::stod(text) == rate ? text : to_text(rate);
}

std::string plain_rate_text(double rate) { return std::string(trim(rate_text(rate))); }

std::string echo_rate(const setup::Config& config) {
  if (!config.finds_rate) return rate_text(config.rate_pps);
  if (std::isinf(config.rate_pps)) return std::string(kAuto);
  return fmt::format("{}{}", kAutoUpTo, plain_rate_text(config.rate_pps));
}

Result<Duration> parse_wait(const OptionUse& use) {
  if (to_lower(*use.value) == kForever) return kForeverSeconds;
  return parse_seconds(use);
}

std::string wait_text(Duration wait) {
  return wait == kForeverSeconds ? std::string(kForever) : to_text(wait);
}

Result<targets::Shard> parse_shard(const OptionUse& use) {
  const std::string& text = *use.value;
  if (is_automatic_shard(text)) return automatic_shard(text, use.place, process_environment);
  return targets::parse_shard(text, use.place);
}

// Accepts 32 hexadecimal digits, the high half first.
Result<SipKey> parse_key(const OptionUse& use) {
  const std::string_view text = *use.value;
  if (text.size() == 32) {
    const auto high = parse_number<std::uint64_t>(text.substr(0, 16), 16);
    const auto low = parse_number<std::uint64_t>(text.substr(16), 16);
    if (high && low) return SipKey{.low = *low, .high = *high};
  }
  return usage_error("{}: '{}' is not a key; write 32 hexadecimal digits", use.place, text);
}

std::string key_text(SipKey key) { return fmt::format("{:016x}{:016x}", key.high, key.low); }

// A pseudo port: masscan counts ARP requests as one, as it does ICMP echo requests.
constexpr net::Port kArpRequest = {net::Transport::kArp, 0};

template <const net::Port& port>
Result<void> switch_port(Settings& settings, const OptionUse& use) {
  const net::PortRange only = {port.number, port.number};
  targets::PortSet off;
  off.add(port.transport, only);
  settings.config.ports.subtract(off);
  if (TRY(parse_flag(use))) settings.config.ports.add(port.transport, only);
  return {};
}

constexpr Option kOptions[] = {
    {.name = "seed",
     .value_name = "N",
     .help = "Makes the order repeatable. 0 means random (the default), 'time' the current time.",
     .apply = set_seed,
     .echo = show<&Config::seed>},
    {.name = "arpscan",
     .aliases = "arp",
     .shorts = "-PR",
     .nmap = "-PR",
     .echoed_in = "arpscan ports",
     .help =
         "Ask each address on our links by ARP or Neighbor Discovery too, beside ports or alone; "
         "an answer is 'up'.",
     .apply = switch_port<kArpRequest>,
     .echo = [](const setup::Config& c) { return echo_if(c.ports.contains(kArpRequest)); }},
    {.name = "ping",
     .aliases = "ping-sweep",
     .shorts = "-PE",
     .nmap = "-PE",
     .echoed_in = "ports",
     .help =
         "Ask each address for an ICMP echo too, beside ports or alone; an answer is 'icmp' and "
         "port 0. The same as -pI:0.",
     .apply = switch_port<probe::kEchoPort>},
    {.shorts = "-PP",
     .nmap = "-PP",
     .echoed_in = "ports",
     .help = "Ask each IPv4 address for the time too (ICMP timestamp). The same as -pI:1.",
     .apply = switch_port<probe::kTimestampPort>},
    {.shorts = "-PM",
     .nmap = "-PM",
     .echoed_in = "ports",
     .help = "Ask each IPv4 address for its address mask too (ICMP). The same as -pI:3.",
     .apply = switch_port<probe::kAddressMaskPort>},
    {.name = "rate",
     .aliases = "max-rate",
     .nmap = "--max-rate",
     .value_name = "PPS",
     .is_editable = true,
     .help = "Packets per second, from 0.01. 'unlimited' sets no limit. 'auto' measures within ten "
             "seconds how much the path carries; 'auto:N' does the same up to N. 'auto' and "
             "--max-rate N together mean 'auto:N'.",
     .default_value = default_of<&Config::rate_pps>,
     .apply = set_rate,
     .echo = [](const setup::Config& c) { return echo_if(true, echo_rate(c)); }},
    {.name = "max-rate-per-prefix",
     .value_name = "PPS",
     .is_editable = true,
     .help = "Probes per second into one /24 of IPv4 or /64 of IPv6, from 0.01. Each network is "
             "limited on its own; the scan as a whole by --rate.",
     .default_value = default_of<&Config::prefix_rate_pps, plain_rate_text>,
     .apply = set<&Config::prefix_rate_pps, parse_prefix_rate>,
     .echo = show<&Config::prefix_rate_pps, plain_rate_text>},
    {.name = "shard",
     .aliases = "shards",
     .value_name = "X/Y",
     .help = "Scan only part X of Y. All parts need the same --seed. 'auto' and 'auto/Y' take X "
             "from the task number of a Kubernetes or Slurm array job.",
     .default_value = default_of<&Config::shard>,
     .apply = set<&Config::shard, parse_shard>,
     .echo = [](const setup::Config& c) { return echo_if(true, targets::to_string(c.shard)); }},
    {.name = "retries",
     .aliases = "retry max-retries max-retry",
     .nmap = "--max-retries",
     .value_name = "N",
     .help = "Send up to N more probes to targets that do not answer.",
     .default_value = default_of<&Config::retries>,
     .apply = set<&Config::retries, 0, 999>,
     .echo = show<&Config::retries>},
    {.name = "retry-delay",
     .value_name = "SECONDS",
     .is_editable = true,
     .help = "Time between two probes to the same target.",
     .default_value = default_of<&Config::retry_delay>,
     .apply = set<&Config::retry_delay>,
     .echo = show<&Config::retry_delay>},
    {.name = "wait",
     .value_name = "SECONDS",
     .is_editable = true,
     .help = "Maximum time to wait for answers after the last probe, or 'forever'. With 0 the scan "
             "still waits for fast answers, at most 0.5 s.",
     .default_value = default_of<&Config::wait>,
     .apply = set<&Config::wait, parse_wait>,
     .echo = show<&Config::wait, wait_text>},
    {.name = "noreset",
     .help = "Do not reset connections that were answered; they stay half open.",
     .apply = set<&Config::no_reset>,
     .echo = show<&Config::no_reset>},
    {.name = "offline",
     .aliases = "notransmit nosend dry-run",
     .help = "Dry run: do everything except sending. Needs no interface and no privileges.",
     .apply = set<&Config::offline>,
     .echo = show<&Config::offline>},
    {.name = "workers",
     .value_name = "N",
     .is_editable = true,
     .help = "Number of threads that send and receive. By default it depends on the rate and the "
             "number of cores.",
     .apply = set<&Config::workers, 0, 256>,
     .echo = show<&Config::workers>},
    {.name = "cookie-key",
     .value_name = "HEX",
     .help = "128-bit key by which answers are recognised, as 32 hexadecimal digits. Random by "
             "default.",
     .apply = set<&Config::cookie_key, parse_key>,
     .echo = show<&Config::cookie_key, key_text>},
    without_effect("blackrock-rounds", "N",
                   "changes nothing; the order here has no rounds to choose, only a --seed"),
};

}  // namespace

std::span<const Option> scan_options() { return kOptions; }

}  // namespace masscan::cli
