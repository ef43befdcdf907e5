// Rows: what is scanned, and what never is.
#include "cli/options.h"
#include "cli/settings.h"
#include "cli/value.h"
#include "targets/target_parser.h"

namespace masscan::cli {
namespace {

// An empty list is how --echo writes "no ports".
Result<void> add_ports(const Given& given, net::Transport transport, targets::PortSet& into) {
  if (given.value->empty()) return {};
  return targets::parse_ports(*given.value, given.place, transport, into);
}

void forget_ports(Settings& settings) { settings.config.ports = {}; }

Result<void> add_file(const Given& given, std::vector<AddressFile>& into) {
  into.push_back({TRY(parse_text(given)), given.place});
  return {};
}

constexpr Option kOptions[] = {
    {.name = "ports",
     .aliases = "port dst-port dest-port destination-port target-port",
     .shorts = "-p",
     .argument = Argument::kRequired,
     .value_name = "PORTS",
     .help = "Ports to scan, such as 80,443,8000-8100. Needed; there is no default.",
     .apply = [](Settings& s,
                 const Given& g) { return add_ports(g, net::Transport::kTcp, s.config.ports); },
     .echo = [](const scan::Config& c) { return echo_if(true, targets::to_string(c.ports)); },
     .forget = forget_ports},
    {.name = "tcp-ports",
     .aliases = "tcp-port",
     .argument = Argument::kRequired,
     .value_name = "PORTS",
     .help = "TCP ports to scan.",
     .apply = [](Settings& s,
                 const Given& g) { return add_ports(g, net::Transport::kTcp, s.config.ports); },
     .forget = forget_ports},
    {.name = "exclude-ports",
     .aliases = "exclude-port",
     .argument = Argument::kRequired,
     .value_name = "PORTS",
     .help = "Ports to leave out, wherever this stands.",
     .apply = [](Settings& s,
                 const Given& g) { return add_ports(g, net::Transport::kTcp, s.excluded_ports); }},
    {.name = "range",
     .aliases = "ranges ip ipv4 dst-ip dest-ip destination-ip target-ip",
     .argument = Argument::kRequired,
     .value_name = "TARGETS",
     .help = "Targets: addresses, a-b ranges and prefixes, IPv4 and IPv6, separated by commas. "
             "The same as an argument without an option.",
     .apply =
         [](Settings& s, const Given& g) {
           return targets::parse_targets(*g.value, g.place, s.config.targets);
         },
     .echo = [](const scan::Config& c) { return targets::describe(c.targets); }},
    {.name = "includefile",
     .shorts = "-iL",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "Targets from a file; '-' is standard input.",
     .apply = [](Settings& s, const Given& g) { return add_file(g, s.target_files); }},
    {.name = "exclude",
     .aliases = "exclude-range exclude-ranges exclude-ip exclude-ipv4",
     .argument = Argument::kRequired,
     .value_name = "TARGETS",
     .help = "Never send anything to these, whatever else says so.",
     .apply =
         [](Settings& s, const Given& g) {
           return targets::parse_targets(*g.value, g.place, s.config.excludes);
         },
     .echo = [](const scan::Config& c) { return targets::describe(c.excludes); }},
    {.name = "excludefile",
     .argument = Argument::kRequired,
     .value_name = "FILE",
     .help = "The same from a file; '-' is standard input.",
     .apply = [](Settings& s, const Given& g) { return add_file(g, s.exclude_files); }},
};

}  // namespace

std::span<const Option> target_options() { return kOptions; }

}  // namespace masscan::cli
