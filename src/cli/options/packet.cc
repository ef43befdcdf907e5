// Rows: how a probe looks.
#include <fmt/format.h>

#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

constexpr std::uint16_t kUsualMss = 1460;
constexpr std::uint8_t kUsualWindowScale = 3;
constexpr std::uint32_t kUsualTimestamp = 0x12345678;
const setup::Config kDefault;

// The number of a TCP option: nothing, "1" or a true word is the usual one, "0" or a false word
// leaves the option out.
template <typename T>
Result<void> set_tcp_option(std::optional<T>& target, const OptionUse& use, T usual,
                            std::uint64_t most) {
  const auto word = parse_boolean(use.value.value_or("true"));
  if (!word) return assign(target, parse_integer(use, 0, most));
  target = *word ? std::optional(usual) : std::nullopt;
  return {};
}

template <typename T>
std::vector<std::string> echo_tcp_option(const std::optional<T>& value,
                                         const std::optional<T>& standard, T usual) {
  if (value == standard) return {};
  if (!value) return {"disable"};
  if (*value == usual) return {"enable"};
  return {fmt::format("{}", *value)};
}

Result<void> set_ttl(Settings& settings, const OptionUse& use) {
  const auto ttl = static_cast<std::uint8_t>(TRY(parse_integer(use, 0, 255)));
  settings.config.ttl = ttl != 0 ? ttl : kDefault.ttl;  // 0 is masscan's "leave it"
  return {};
}

constexpr Option kOptions[] = {
    {.name = "ttl",
     .nmap = "--ttl",
     .arity = Arity::kRequired,
     .value_name = "N",
     .help = "Time to live, or hop limit, of probes; 255 if nothing is said.",
     .apply = set_ttl,
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.ttl != kDefault.ttl, fmt::format("{}", c.ttl));
         }},
    {.name = "tcp-mss",
     .arity = Arity::kOptional,
     .value_name = "N",
     .help = "Maximum segment size in the SYN; 1460 if nothing is said, 0 leaves it out.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return set_tcp_option(s.config.tcp.mss, g, kUsualMss, 65535);
         },
     .echo =
         [](const setup::Config& c) {
           return echo_tcp_option(c.tcp.mss, kDefault.tcp.mss, kUsualMss);
         }},
    {.name = "tcp-wscale",
     .arity = Arity::kOptional,
     .value_name = "N",
     .help = "Window scale option; 3 without a number.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return set_tcp_option(s.config.tcp.window_scale, g, kUsualWindowScale, 254);
         },
     .echo =
         [](const setup::Config& c) {
           return echo_tcp_option(c.tcp.window_scale, kDefault.tcp.window_scale, kUsualWindowScale);
         }},
    {.name = "tcp-tsecho",
     .arity = Arity::kOptional,
     .value_name = "N",
     .help = "Timestamp option with this value; 0x12345678 without a number.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return set_tcp_option(s.config.tcp.timestamp, g, kUsualTimestamp, 0xffffffff);
         },
     .echo =
         [](const setup::Config& c) {
           return echo_tcp_option(c.tcp.timestamp, kDefault.tcp.timestamp, kUsualTimestamp);
         }},
    {.name = "tcp-sackok",
     .help = "SACK-permitted option.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.tcp.sack_permitted, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.tcp.sack_permitted, "enable"); }},
};

}  // namespace

std::span<const Option> packet_options() { return kOptions; }

}  // namespace masscan::cli
