// Rows: header fields and options of probes.
#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "probe/tcp_profile.h"

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

// As nmap writes flags: their names one after the other, or a number.
constexpr std::array<std::pair<std::string_view, std::uint8_t>, 8> kFlagNames = {{{"fin", 0x01},
                                                                                  {"syn", 0x02},
                                                                                  {"rst", 0x04},
                                                                                  {"psh", 0x08},
                                                                                  {"ack", 0x10},
                                                                                  {"urg", 0x20},
                                                                                  {"ece", 0x40},
                                                                                  {"cwr", 0x80}}};

Result<std::uint8_t> parse_flags(const OptionUse& use) {
  const std::string text = to_lower(*use.value);
  if (!text.empty() && is_digit(text[0]))
    return static_cast<std::uint8_t>(TRY(parse_integer(use, 0, 255)));
  std::uint8_t flags = 0;
  for (std::string_view rest = text;;) {
    const auto named = std::ranges::find_if(
        kFlagNames, [&](const auto& flag) { return rest.starts_with(flag.first); });
    if (named == kFlagNames.end()) break;
    flags |= named->second;
    rest.remove_prefix(named->first.size());
    if (rest.empty()) return flags;
  }
  return usage_error(
      "{}: '{}' is no set of TCP flags; write their names one after the other, such as SYNFIN, or "
      "a number to 255",
      use.place, *use.value);
}

Result<std::string> parse_profile(const OptionUse& use) {
  if (probe::find_tcp_profile(*use.value) != nullptr) return *use.value;
  return usage_error("{}: '{}' is no profile; write linux, windows, macos or minimal", use.place,
                     *use.value);
}

// With IPv6 and all TCP options a longer frame would exceed the MTU of Ethernet.
constexpr std::uint64_t kMostData = 1400;

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
    {.name = "tcp-window",
     .value_name = "N",
     .help = "Window of TCP probes.",
     .default_value = default_of<&Config::tcp_window>,
     .apply = set<&Config::tcp_window, 0, 65535>,
     .echo = show<&Config::tcp_window>},
    {.name = "tcp-profile",
     .value_name = "SYSTEM",
     .help = "Send SYNs that look like those of linux, windows or macos, or, with 'minimal', have "
             "only the maximum segment size: TTL, window and TCP options are theirs.",
     .apply = set<&Config::tcp_profile, parse_profile>,
     .echo = show<&Config::tcp_profile>},
    {.name = "scanflags",
     .nmap = "--scanflags",
     .value_name = "FLAGS",
     .help = "Flags of TCP probes, such as SYNFIN, or their number; -sS, -sA and the others tell "
             "how answers are understood.",
     .apply = set<&Config::tcp_flags, parse_flags>,
     .echo = show<&Config::tcp_flags>},
    {.name = "data-length",
     .nmap = "--data-length",
     .value_name = "N",
     .help = "Send N bytes that look random behind the header of TCP probes.",
     .apply = set<&Config::data_length, 0, kMostData>,
     .echo = show<&Config::data_length>},
    {.name = "badsum",
     .nmap = "--badsum",
     .help = "Send wrong checksums: only what does not check them answers, such as a firewall.",
     .apply = set<&Config::bad_checksum>,
     .echo = show<&Config::bad_checksum>},
    {.name = "tos",
     .value_name = "N",
     .help = "Type of service (IPv4) or traffic class (IPv6) of probes; four times the DSCP.",
     .apply = set<&Config::tos, 0, 255>,
     .echo = show<&Config::tos>},
    {.name = "ip-id",
     .value_name = "N",
     .help = "Identification of all IPv4 probes. By default it depends on the target.",
     .apply = set<&Config::ip_id, 0, 65535>,
     .echo = show<&Config::ip_id>},
};

}  // namespace

std::span<const Option> packet_options() { return kOptions; }

}  // namespace masscan::cli
