// Rows: targets, ports and excludes.
#include <algorithm>

#include "base/text.h"
#include "cli/options/field.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "probe/tcp_flag_scans.h"
#include "targets/special_purpose.h"
#include "targets/target_parser.h"
#include "targets/top_ports.h"

namespace masscan::cli {
namespace {

constexpr std::uint32_t kUsualTopPorts = 20;  // masscan's

template <auto lists>
Result<void> list_ports(Settings& settings, const OptionUse& use) {
  (settings.ports.*lists).push_back({*use.value, use.place});
  return {};
}

template <net::Transport transport>
Result<void> add_ports(Settings& settings, const OptionUse& use) {
  return targets::parse_ports(*use.value, use.place, transport, settings.config.ports);
}

void forget_ports(Settings& settings) {
  settings.config.ports = {};
  settings.ports.listed.clear();
  settings.ports.top = 0;
}

// Reads "1" as a number, unlike masscan: its twenty ports would be more than the user asked for.
Result<void> choose_top_ports(Settings& settings, const OptionUse& use) {
  const auto word = parse_boolean(use.value.value_or("true"));
  const bool is_number = use.value && !use.value->empty() && is_digit(use.value->front());
  settings.ports.top_place = use.place;
  if (word && !is_number) {
    settings.ports.top = *word ? kUsualTopPorts : 0;
    return {};
  }
  return assign(settings.ports.top, parse_integer(use, 0, targets::kMostTopPorts));
}

// -sU, -sZ and -sO.
template <net::Transport transport>
Result<void> choose_transport(Settings& settings, const OptionUse& use) {
  if (!TRY(parse_flag(use))) return {};
  settings.ports.transports.push_back(transport);
  return {};
}

// Sets the one TCP scan of a scan.
Result<void> set_tcp_scan(Settings& settings, const OptionUse& use, const probe::Kind* kind) {
  std::string& place = settings.ports.tcp_scan_place;
  const probe::Kind*& chosen = settings.config.tcp_kind;
  if (!place.empty() && chosen != kind) {
    return usage_error("{}: {} chose another TCP scan, and a scan has one; leave out one of them",
                       use.place, place);
  }
  place = use.place;
  chosen = kind;
  return {};
}

void forget_tcp_scan(Settings& settings) { settings.ports.tcp_scan_place.clear(); }

const probe::TcpScan* find_tcp_scan(std::string_view probe::TcpScan::*name, std::string_view text) {
  const auto scans = probe::tcp_scans();
  const auto found = std::ranges::find(scans, text, name);
  return found == scans.end() ? nullptr : &*found;
}

// -sS, -sA, and nmap's others.
Result<void> choose_tcp_scan(Settings& settings, const OptionUse& use) {
  if (!TRY(parse_flag(use))) return {};
  settings.ports.transports.push_back(net::Transport::kTcp);
  return set_tcp_scan(settings, use,
                      find_tcp_scan(&probe::TcpScan::nmap, use.option->shorts)->kind);
}

Result<void> name_tcp_scan(Settings& settings, const OptionUse& use) {
  const probe::TcpScan* const scan = find_tcp_scan(&probe::TcpScan::name, *use.value);
  if (scan != nullptr) return set_tcp_scan(settings, use, scan->kind);
  return usage_error("{}: '{}' is no TCP scan; write syn, ack, window, fin, null, xmas or maimon",
                     use.place, *use.value);
}

constexpr Option tcp_scan_row(std::string_view letters, std::string_view help) {
  return {.shorts = letters,
          .nmap = letters,
          .echoed_in = "ports tcp-scan",
          .help = help,
          .apply = choose_tcp_scan,
          .reset = forget_tcp_scan};
}

// masscan's -sZ sends an INIT.
Result<void> choose_cookie_echo(Settings& settings, const OptionUse& use) {
  settings.config.sctp_cookie_echo = TRY(parse_flag(use));
  if (use.name != "-sZ" || !settings.config.sctp_cookie_echo) return {};
  add_note(settings, "-sZ: a COOKIE-ECHO, as in nmap, not masscan's INIT; write -sY for that");
  return choose_transport<net::Transport::kSctp>(settings, use);
}

template <auto files>
Result<void> add_file(Settings& settings, const OptionUse& use) {
  (settings.*files).push_back({TRY(parse_text(use)), use.place});
  return {};
}

template <targets::ListKind kind, auto list>
Result<void> add_targets(Settings& settings, const OptionUse& use) {
  return targets::parse_targets(*use.value, use.place, kind, settings.*list);
}

// The ranges without what is left out of them.
targets::AddressSet without(targets::AddressSet ranges, const targets::AddressSet& left_out) {
  ranges.subtract(left_out);
  return ranges;
}

// False if merging and excluding made ranges of which another part would be left out when they are
// read again. Then exactly what is asked is echoed.
bool leaves_out_as_read(const setup::Config& config) {
  targets::AddressSet parts;
  if (!config.include_reserved) parts = targets::special_purpose_parts(config.targets);
  return parts == config.left_out ||
         without(config.targets, parts) == without(config.targets, config.left_out);
}

std::vector<std::string> echo_targets(const setup::Config& config) {
  std::vector<std::string> lines = targets::describe(
      leaves_out_as_read(config) ? config.targets : without(config.targets, config.left_out));
  for (std::string& pairs : targets::describe(config.pairs)) lines.push_back(std::move(pairs));
  for (const targets::HostName& host : config.names) lines.push_back(to_string(host));
  return lines;
}

std::vector<std::string> echo_reserved(const setup::Config& config) {
  return echo_if(config.include_reserved || !leaves_out_as_read(config));
}

std::vector<std::string> echo_excludes(const setup::Config& config) {
  std::vector<std::string> lines = targets::describe(config.excludes);
  for (const targets::HostName& host : config.excluded_names) lines.push_back(to_string(host));
  return lines;
}

constexpr Option kOptions[] = {
    {.name = "ports",
     .aliases = "port dst-port dest-port destination-port target-port",
     .shorts = "-p",
     .nmap = "-p",
     .value_name = "PORTS",
     .may_be_empty = true,
     .help = "Ports to scan, such as 80,443,8000-8100. Required: there is no default.",
     .apply = list_ports<&PortChoice::listed>,
     .echo = [](const setup::Config& c) { return echo_if(true, targets::to_string(c.ports)); },
     .reset = forget_ports},
    {.name = "tcp-ports",
     .aliases = "tcp-port",
     .echoed_in = "ports",
     .value_name = "PORTS",
     .help = "TCP ports to scan.",
     .apply = add_ports<net::Transport::kTcp>,
     .reset = forget_ports},
    {.name = "exclude-ports",
     .aliases = "exclude-port",
     .echoed_in = "ports",
     .value_name = "PORTS",
     .help = "Ports not to scan. The order of options does not matter.",
     .apply = list_ports<&PortChoice::excluded>},
    {.name = "udp-ports",
     .aliases = "udp-port",
     .echoed_in = "ports",
     .value_name = "PORTS",
     .help = "UDP ports to scan.",
     .apply = add_ports<net::Transport::kUdp>,
     .reset = forget_ports},
    {.name = "oprotos",
     .aliases = "oproto",
     .echoed_in = "ports",
     .value_name = "NUMBERS",
     .apply = add_ports<net::Transport::kIp>,
     .reset = forget_ports},
    {.name = "top-ports",
     .aliases = "top-port",
     .nmap = "--top-ports",
     .echoed_in = "ports",
     .value_name = "N",
     .arity = Arity::kOptional,
     .help = "The N TCP ports that are most often open, from 1 to 65535. Without a number: 20. The "
             "order is our own; after it follows that of nmap's file nmap-services, if installed.",
     .apply = choose_top_ports,
     .reset = forget_ports},
    {.name = "tcp-scan",
     .value_name = "NAME",
     .help = "How TCP ports are probed: syn, ack, window, fin, null, xmas or maimon; the same as "
             "-sS, -sA, -sW, -sF, -sN, -sX and -sM.",
     .default_value = [] { return std::string(probe::tcp_scan(probe::kTcpSyn).name); },
     .apply = name_tcp_scan,
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.tcp_kind != &probe::kTcpSyn,
                          std::string(probe::tcp_scan(*c.tcp_kind).name));
         },
     .reset = forget_tcp_scan},
    tcp_scan_row("-sS", "TCP ports, by a SYN: open or closed. This is the default."),
    tcp_scan_row("-sA", "TCP ports, by an ACK: unfiltered if a RST comes."),
    tcp_scan_row("-sW",
                 "TCP ports, by an ACK: open if the window of the RST is not 0, as some "
                 "systems set it, else closed."),
    tcp_scan_row("-sF",
                 "TCP ports, by a FIN: closed if a RST comes, else open or filtered (see "
                 "--show)."),
    tcp_scan_row("-sN", "TCP ports, by a segment without flags; answers as to -sF."),
    tcp_scan_row("-sX", "TCP ports, by FIN, PSH and URG; answers as to -sF."),
    tcp_scan_row("-sM", "TCP ports, by FIN and ACK; answers as to -sF, from some old systems."),
    {.shorts = "-sU",
     .nmap = "-sU",
     .echoed_in = "ports",
     .help = "Ports without a prefix are UDP ports.",
     .apply = choose_transport<net::Transport::kUdp>},
    {.shorts = "-sY",
     .nmap = "-sY",
     .echoed_in = "ports",
     .help = "Ports without a prefix are SCTP ports, as S:36412 is. They are asked with an INIT.",
     .apply = choose_transport<net::Transport::kSctp>},
    {.name = "sctp-cookie-echo",
     .shorts = "-sZ",
     .nmap = "-sZ",
     .help = "Ask SCTP ports with a COOKIE-ECHO instead of an INIT: only closed ones answer (see "
             "--show). -sZ also makes ports without a prefix SCTP ports.",
     .apply = choose_cookie_echo,
     .echo = [](const setup::Config& c) { return echo_if(c.sctp_cookie_echo); }},
    {.shorts = "-sO",
     .nmap = "-sO",
     .echoed_in = "ports",
     .help = "Ports without a prefix are IP protocols, as O:47 is. Most of them answer only if the "
             "target lacks them (see --show closed). They are scanned without other ports.",
     .apply = choose_transport<net::Transport::kIp>},
    {.name = "range",
     .aliases = "ranges ip ipv4 dst-ip dest-ip destination-ip target-ip",
     .value_name = "TARGETS",
     .help = "Targets: addresses, ranges (a-b), prefixes, address:port pairs and host names, "
             "separated by commas. An argument without an option means the same.",
     .apply = add_targets<targets::ListKind::kTargets, &Settings::targets>,
     .echo = echo_targets},
    {.name = "includefile",
     .shorts = "-iL",
     .nmap = "-iL",
     .echoed_in = "range",
     .value_name = "FILE",
     .help = "Read targets from a file; '-' is standard input. A host name must contain a dot and "
             "stand alone on its line.",
     .apply = add_file<&Settings::target_files>},
    {.name = "names",
     .echoed_in = "range",
     .help = "Accept host names without a dot in these files, such as 'printer'.",
     .apply = set<&Settings::takes_any_name>},
    {.name = "include-reserved",
     .help =
         "Ask special-purpose addresses too (private, loopback, multicast, documentation and the "
         "like: RFC 6890). Otherwise they are left out of targets that reach beyond them; a "
         "target within such a block, as 10.0.0.0/8, is always asked.",
     .apply = set<&Config::include_reserved>,
     .echo = echo_reserved},
    {.name = "exclude",
     .aliases = "exclude-range exclude-ranges exclude-ip exclude-ipv4",
     .nmap = "--exclude",
     .value_name = "TARGETS",
     .help = "Never send anything to these targets. No other option overrides this.",
     .apply = add_targets<targets::ListKind::kExcludes, &Settings::excludes>,
     .echo = echo_excludes},
    {.name = "excludefile",
     .nmap = "--excludefile",
     .echoed_in = "exclude",
     .value_name = "FILE",
     .help = "Read excludes from a file; '-' is standard input.",
     .apply = add_file<&Settings::exclude_files>},
};

}  // namespace

std::span<const Option> target_options() { return kOptions; }

}  // namespace masscan::cli
