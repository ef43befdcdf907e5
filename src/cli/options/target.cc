// Rows: what is scanned, and what never is.
#include "base/text.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/value.h"
#include "targets/target_parser.h"
#include "targets/top_ports.h"

namespace masscan::cli {
namespace {

constexpr std::uint32_t kUsualTopPorts = 20;  // masscan's

Result<void> list_ports(const OptionUse& use, std::vector<PortList>& into) {
  into.push_back({*use.value, use.place});
  return {};
}

Result<void> add_ports(const OptionUse& use, net::Transport transport, targets::PortSet& into) {
  return targets::parse_ports(*use.value, use.place, transport, into);
}

void forget_ports(Settings& settings) {
  settings.config.ports = {};
  settings.ports.listed.clear();
  settings.ports.top = 0;
}

// A number, 1 too: a scan of twenty ports in its place would be wider than what was asked for.
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

// -sU and its like.
template <net::Transport transport>
Result<void> choose_transport(Settings& settings, const OptionUse& use) {
  if (!TRY(parse_flag(use))) return {};
  settings.ports.transports.push_back(transport);
  return {};
}

Result<void> add_file(const OptionUse& use, std::vector<AddressFile>& into) {
  into.push_back({TRY(parse_text(use)), use.place});
  return {};
}

std::vector<std::string> echo_targets(const setup::Config& config) {
  std::vector<std::string> lines = targets::describe(config.targets);
  for (std::string& pairs : targets::describe(config.pairs)) lines.push_back(std::move(pairs));
  for (const targets::HostName& host : config.names) lines.push_back(to_string(host));
  return lines;
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
     .arity = Arity::kRequired,
     .value_name = "PORTS",
     .may_be_empty = true,
     .help = "Ports to scan, such as 80,443,8000-8100. Needed; there is no default.",
     .apply = [](Settings& s, const OptionUse& g) { return list_ports(g, s.ports.listed); },
     .echo = [](const setup::Config& c) { return echo_if(true, targets::to_string(c.ports)); },
     .reset = forget_ports},
    {.name = "tcp-ports",
     .aliases = "tcp-port",
     .echoed_in = "ports",
     .arity = Arity::kRequired,
     .value_name = "PORTS",
     .help = "TCP ports to scan.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return add_ports(g, net::Transport::kTcp, s.config.ports); },
     .reset = forget_ports},
    {.name = "exclude-ports",
     .aliases = "exclude-port",
     .echoed_in = "ports",
     .arity = Arity::kRequired,
     .value_name = "PORTS",
     .help = "Ports to leave out, wherever this stands.",
     .apply = [](Settings& s, const OptionUse& g) { return list_ports(g, s.ports.excluded); }},
    {.name = "udp-ports",
     .aliases = "udp-port",
     .echoed_in = "ports",
     .arity = Arity::kRequired,
     .value_name = "PORTS",
     .apply = [](Settings& s,
                 const OptionUse& g) { return add_ports(g, net::Transport::kUdp, s.config.ports); },
     .reset = forget_ports},
    {.name = "oprotos",
     .aliases = "oproto",
     .echoed_in = "ports",
     .arity = Arity::kRequired,
     .value_name = "NUMBERS",
     .apply = [](Settings& s,
                 const OptionUse& g) { return add_ports(g, net::Transport::kIp, s.config.ports); },
     .reset = forget_ports},
    {.name = "top-ports",
     .aliases = "top-port",
     .nmap = "--top-ports",
     .echoed_in = "ports",
     .arity = Arity::kOptional,
     .value_name = "N",
     .help = "The N TCP ports that are most often open, from 1 to 65535; 20 without a number.",
     .apply = choose_top_ports,
     .reset = forget_ports},
    {.shorts = "-sS",
     .nmap = "-sS",
     .echoed_in = "ports",
     .help = "Ports without a prefix are TCP; so they are if nothing is said.",
     .apply = choose_transport<net::Transport::kTcp>},
    {.shorts = "-sU",
     .nmap = "-sU",
     .echoed_in = "ports",
     .apply = choose_transport<net::Transport::kUdp>},
    {.shorts = "-sZ",
     .nmap = "-sZ",
     .echoed_in = "ports",
     .apply = choose_transport<net::Transport::kSctp>},
    {.shorts = "-sO",
     .nmap = "-sO",
     .echoed_in = "ports",
     .apply = choose_transport<net::Transport::kIp>},
    {.name = "range",
     .aliases = "ranges ip ipv4 dst-ip dest-ip destination-ip target-ip",
     .arity = Arity::kRequired,
     .value_name = "TARGETS",
     .help =
         "Targets: addresses, a-b ranges, prefixes, address:port pairs and host names, separated "
         "by commas. The same as an argument without an option.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return targets::parse_targets(*g.value, g.place, targets::ListKind::kTargets, s.targets);
         },
     .echo = echo_targets},
    {.name = "includefile",
     .shorts = "-iL",
     .nmap = "-iL",
     .echoed_in = "range",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .help =
         "Targets from a file; '-' is standard input. Host names stand alone on their lines and "
         "have a dot.",
     .apply = [](Settings& s, const OptionUse& g) { return add_file(g, s.target_files); }},
    {.name = "names",
     .echoed_in = "range",
     .help = "Host names in such files need no dot: printer is looked up too.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.takes_any_name, parse_flag(g)); }},
    {.name = "exclude",
     .aliases = "exclude-range exclude-ranges exclude-ip exclude-ipv4",
     .nmap = "--exclude",
     .arity = Arity::kRequired,
     .value_name = "TARGETS",
     .help = "Never send anything to these, whatever else says so.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return targets::parse_targets(*g.value, g.place, targets::ListKind::kExcludes,
                                         s.excludes);
         },
     .echo = echo_excludes},
    {.name = "excludefile",
     .nmap = "--excludefile",
     .echoed_in = "exclude",
     .arity = Arity::kRequired,
     .value_name = "FILE",
     .help = "The same from a file; '-' is standard input.",
     .apply = [](Settings& s, const OptionUse& g) { return add_file(g, s.exclude_files); }},
};

}  // namespace

std::span<const Option> target_options() { return kOptions; }

}  // namespace masscan::cli
