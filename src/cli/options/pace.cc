// Rows: in which order, how fast, how often and for how long.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "base/time.h"
#include "cli/options/settings.h"
#include "cli/options/shard_auto.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "net/rate.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();
constexpr std::string_view kAuto = "auto";
constexpr std::string_view kAutoUpTo = "auto:";
constexpr std::string_view kForever = "forever";
constexpr Duration kForeverSeconds = std::chrono::seconds(std::numeric_limits<int>::max());
const setup::Config kDefault;

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

// "auto" has no limit but what the path carries, "auto:5000" another one, and so have "auto" and a
// --max-rate together, in any order.
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

// masscan's forms as far as they are exact: an integer padded to ten columns up to 42949, six
// decimals above that; else as many digits as it takes.
std::string rate_text(double rate) {
  if (std::isinf(rate)) return "unlimited";
  if (rate <= 42949 && rate == std::floor(rate)) return fmt::format("{:<10.0f}", rate);
  std::string text = fmt::format("{:.6f}", rate);
  return std::stod(text) == rate ? text : to_text(rate);
}

std::string echo_rate(const setup::Config& config) {
  if (!config.finds_rate) return rate_text(config.rate_pps);
  if (std::isinf(config.rate_pps)) return std::string(kAuto);
  return fmt::format("{}{}", kAutoUpTo, trim(rate_text(config.rate_pps)));
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

// 32 hexadecimal digits, the high half first.
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

// Pseudo ports: what masscan asks beside ports is one more of them.
constexpr net::Port kArpRequest = {net::Transport::kArp, 0};
constexpr net::Port kEchoRequest = {net::Transport::kIcmp, 0};

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
     .arity = Arity::kRequired,
     .value_name = "N",
     .help = "Makes the order repeatable; 0 is random (the default), 'time' the present moment.",
     .apply = set_seed,
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.seed.has_value(), fmt::format("{}", c.seed.value_or(0)));
         }},
    {.name = "arpscan",
     .aliases = "arp",
     .echoed_in = "arpscan ports",
     .apply = switch_port<kArpRequest>,
     .echo = [](const setup::Config& c) { return echo_if(c.ports.contains(kArpRequest)); }},
    {.name = "ping",
     .aliases = "ping-sweep",
     .echoed_in = "ports",
     .help =
         "Ask each address for an ICMP echo too, beside ports or alone; an answer is 'icmp' and "
         "port 0. The same as -pI:0.",
     .apply = switch_port<kEchoRequest>},
    {.name = "rate",
     .aliases = "max-rate",
     .nmap = "--max-rate",
     .arity = Arity::kRequired,
     .value_name = "PPS",
     .is_editable = true,
     .help = "Packets per second, from 0.01, or 'unlimited', or 'auto' to find within ten seconds "
             "what the path carries, 'auto:N' up to N; 100 if nothing is said. 'auto' and "
             "--max-rate N together are 'auto:N'.",
     .apply = set_rate,
     .echo = [](const setup::Config& c) { return echo_if(true, echo_rate(c)); }},
    {.name = "shard",
     .aliases = "shards",
     .arity = Arity::kRequired,
     .value_name = "X/Y",
     .help = "Only part X of Y of the scan; all parts need the same --seed. 'auto' or 'auto/Y' "
             "takes X from the array job of Kubernetes or Slurm that this is a task of.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.shard, parse_shard(g)); },
     .echo = [](const setup::Config& c) { return echo_if(true, targets::to_string(c.shard)); }},
    {.name = "retries",
     .aliases = "retry max-retries max-retry",
     .nmap = "--max-retries",
     .arity = Arity::kRequired,
     .value_name = "N",
     .help = "Ask silent targets N more times; none if nothing is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.retries, parse_integer(g, 0, 999)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.retries != kDefault.retries, fmt::format("{}", c.retries));
         }},
    {.name = "retry-delay",
     .arity = Arity::kRequired,
     .value_name = "SECONDS",
     .is_editable = true,
     .help = "Time between two probes to one target; 1 if nothing is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.retry_delay, parse_seconds(g)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.retry_delay != kDefault.retry_delay, to_text(c.retry_delay));
         }},
    {.name = "wait",
     .arity = Arity::kRequired,
     .value_name = "SECONDS",
     .is_editable = true,
     .help =
         "Listen at most this long after the last probe, or 'forever'; 10 if nothing is said. 0 "
         "takes what answers at once: one round trip, less than a second.",
     .apply = [](Settings& s, const OptionUse& g) { return assign(s.config.wait, parse_wait(g)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.wait != kDefault.wait, wait_text(c.wait));
         }},
    {.name = "noreset",
     .help = "Leave answered connections half open instead of resetting them.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.no_reset, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.no_reset); }},
    {.name = "offline",
     .aliases = "notransmit nosend dry-run",
     .help = "Do everything but send: a dry run, without an interface or privileges.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.offline, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.offline); }},
    {.name = "workers",
     .arity = Arity::kRequired,
     .value_name = "N",
     .is_editable = true,
     .help = "Threads that send and receive; chosen by rate and cores if nothing is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.workers, parse_integer(g, 0, 256)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.workers != kDefault.workers, fmt::format("{}", c.workers));
         }},
    {.name = "cookie-key",
     .arity = Arity::kRequired,
     .value_name = "HEX",
     .help = "The 128-bit key that answers are recognised by; random if nothing is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.cookie_key, parse_key(g)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.cookie_key.has_value(), key_text(c.cookie_key.value_or(SipKey{})));
         }},
    {.name = "blackrock-rounds",
     .arity = Arity::kRequired,
     .value_name = "N",
     .reason = "changes nothing; the order here has no rounds to choose, only a --seed",
     .apply = accept_with_note},
};

}  // namespace

std::span<const Option> scan_options() { return kOptions; }

}  // namespace masscan::cli
