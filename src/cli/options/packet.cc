// Rows: header fields and options of probes.

#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"

namespace masscan::cli {
namespace {

constexpr std::uint16_t kUsualMss = 1460;
constexpr std::uint8_t kUsualWindowScale = 3;
constexpr std::uint32_t kUsualTimestamp = 0x12345678;

// Sets a TCP option of the SYN. No value, "1" or a true word sets the usual number; "0" or a false
// word leaves the option out.
template <auto member, auto usual, std::uint64_t most>
Result<void> set_tcp_option(Settings& settings, const OptionUse& use) {
  const auto word = parse_boolean(use.value.value_or("true"));
  if (!word) return set<member, 0u, most>(settings, use);
  field<member>(settings) = *word ? std::optional(usual) : std::nullopt;
  return {};
}

template <auto member, auto usual>
std::vector<std::string> echo_tcp_option(const Config& config) {
  const auto& value = field<member>(config);
  if (value == field<member>(default_config())) return {};
  if (!value) return {"disable"};
  return {*value == usual ? "enable" : text_of(*value)};
}

Result<void> set_ttl(Settings& settings, const OptionUse& use) {
  const auto ttl = static_cast<std::uint8_t>(TRY(parse_integer(use, 0, 255)));
  settings.config.ttl = ttl != 0 ? ttl : default_config().ttl;  // 0 is masscan's "leave it"
  return {};
}

constexpr Option kOptions[] = {
    {.name = "ttl",
     .nmap = "--ttl",
     .value_name = "N",
     .help = "Time to live (IPv4) or hop limit (IPv6) of probes.",
     .default_value = default_of<&Config::ttl>,
     .apply = set_ttl,
     .echo = show<&Config::ttl>},
    {.name = "tcp-mss",
     .value_name = "N",
     .arity = Arity::kOptional,
     .help = "Maximum segment size option of the SYN; 0 leaves it out.",
     .default_value = default_of<&TcpOptions::mss>,
     .apply = set_tcp_option<&TcpOptions::mss, kUsualMss, 65535>,
     .echo = echo_tcp_option<&TcpOptions::mss, kUsualMss>},
    {.name = "tcp-wscale",
     .value_name = "N",
     .arity = Arity::kOptional,
     .help = "Window scale option of the SYN. Without a number: 3.",
     .apply = set_tcp_option<&TcpOptions::window_scale, kUsualWindowScale, 254>,
     .echo = echo_tcp_option<&TcpOptions::window_scale, kUsualWindowScale>},
    {.name = "tcp-tsecho",
     .value_name = "N",
     .arity = Arity::kOptional,
     .help = "Timestamp option of the SYN, with this value. Without a number: 0x12345678.",
     .apply = set_tcp_option<&TcpOptions::timestamp, kUsualTimestamp, 0xffffffff>,
     .echo = echo_tcp_option<&TcpOptions::timestamp, kUsualTimestamp>},
    {.name = "tcp-sackok",
     .help = "SACK-permitted option of the SYN.",
     .apply = set<&TcpOptions::sack_permitted>,
     .echo = [](const Config& c) { return echo_if(c.tcp.sack_permitted, "enable"); }},
};

}  // namespace

std::span<const Option> packet_options() { return kOptions; }

}  // namespace masscan::cli
