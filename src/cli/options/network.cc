// Rows: which interface, from which address, to which router.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/text.h"
#include "cli/options/echo_values.h"
#include "cli/options/settings.h"
#include "cli/options/table.h"
#include "cli/options/unsupported.h"
#include "cli/options/value.h"
#include "targets/address_set.h"
#include "targets/target_parser.h"

namespace masscan::cli {
namespace {

constexpr std::uint64_t kMostVlan = 4094;  // IEEE 802.1Q keeps 4095 for itself
constexpr std::uint64_t kNoVlan = 0;
const setup::Config kDefault;
constexpr std::pair<std::string_view, setup::Backend> kTransports[] = {
    {"auto", setup::Backend::kAuto},
    {"xdp", setup::Backend::kXdp},
    {"af_packet", setup::Backend::kAfPacket},
    {"pcap", setup::Backend::kPcap},
};

net::AddressRange only_range(const targets::AddressSet& set) {
  if (!set.v4.empty()) return {set.v4.ranges()[0].first, set.v4.ranges()[0].last};
  return {set.v6.ranges()[0].first, set.v6.ranges()[0].last};
}

// 0.0.0.0 and ::, which masscan writes for an address that it is to find out.
bool is_unset(const net::IpAddress& address) {
  return address == net::Ipv4Address() || address == net::Ipv6Address();
}

// One range per family: a later one replaces an earlier one.
Result<void> set_source_address(Settings& settings, const OptionUse& use) {
  const targets::AddressSet set = TRY(targets::parse_addresses(*use.value, use.place));
  if (set.v4.ranges().size() + set.v6.ranges().size() != 1) {
    return usage_error(
        "{}: '{}' is more than one range; write one address or a-b, once for IPv4 "
        "and once for IPv6",
        use.place, *use.value);
  }
  const net::AddressRange range = only_range(set);
  auto& sources = settings.config.network.source_addresses;
  std::erase_if(sources, [&](const net::AddressRange& other) {
    return other.first.family() == range.first.family();
  });
  if (range.first == range.last && is_unset(range.first)) return {};
  sources.insert(std::upper_bound(sources.begin(), sources.end(), range), range);
  return {};
}

std::vector<std::string> echo_source_addresses(const setup::Config& config) {
  std::vector<std::string> lines;
  for (const auto& [first, last] : config.network.source_addresses) {
    lines.push_back(to_string(first));
    if (first != last) lines.back() += "-" + to_string(last);
  }
  return lines;
}

Result<net::PortRange> parse_port_range(const OptionUse& use) {
  const std::string_view text = *use.value;
  const std::size_t dash = text.find('-');
  const auto first = parse_number<std::uint16_t>(trim(text.substr(0, dash)));
  const auto last = dash == std::string_view::npos
                        ? first
                        : parse_number<std::uint16_t>(trim(text.substr(dash + 1)));
  if (!first || !last || *first == 0 || *last < *first) {
    return usage_error("{}: '{}' is not a port or range; write 61000 or 40000-40015", use.place,
                       text);
  }
  return net::PortRange{*first, *last};
}

Result<void> set_source_ports(Settings& settings, const OptionUse& use) {
  constexpr std::uint32_t kSeventeen = 17;
  net::PortRange ports = TRY(parse_port_range(use));
  if (ports.count() == kSeventeen) {
    // masscan's mistake, which its own next run refuses.
    --ports.last;
    add_note(settings, fmt::format("{}: 17 ports are how masscan writes the 16 it chose; using {}",
                                   use.name, net::to_string(ports)));
  }
  settings.config.network.source_ports = ports;
  return {};
}

Result<std::optional<net::IpAddress>> parse_address(const OptionUse& use) {
  const auto address = net::IpAddress::parse(*use.value);
  if (address) return is_unset(*address) ? std::nullopt : address;
  return usage_error("{}: '{}' is not an address; write one such as 192.0.2.1", use.place,
                     *use.value);
}

Result<void> set_router_macs(Settings& settings, const OptionUse& use) {
  const auto mac = TRY(parse_mac(use));
  settings.config.network.router_mac_v4 = mac;
  settings.config.network.router_mac_v6 = mac;
  return {};
}

std::vector<std::string> echo_mac(const std::optional<net::MacAddress>& mac) {
  return mac ? echo_if(true, net::to_string(*mac, '-')) : std::vector<std::string>();
}

Result<void> set_transport(Settings& settings, const OptionUse& use) {
  setup::NetworkConfig& network = settings.config.network;
  if (*use.value == "sim") {
    network.interface = "sim";
    return {};
  }
  for (const auto& [name, transport] : kTransports) {
    if (*use.value != name) continue;
    network.backend = transport;
    return {};
  }
  return usage_error("{}: '{}' is no transport; write auto, xdp, af_packet, pcap or sim", use.place,
                     *use.value);
}

std::vector<std::string> echo_transport(const setup::Config& config) {
  for (const auto& [name, transport] : kTransports) {
    if (transport == config.network.backend) {
      return echo_if(transport != kDefault.network.backend, std::string(name));
    }
  }
  return {};
}

constexpr Option kOptions[] = {
    {.name = "adapter",
     .aliases = "if interface",
     .shorts = "-e -i",
     .nmap = "-e",
     .arity = Arity::kRequired,
     .value_name = "NAME",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .is_editable = true,
     .help = "Interface, by name or number of --iflist; 'sim' is a simulated internet that needs "
             "no privileges. Found by the routing table if nothing is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.network.interface, parse_text(g)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(!c.network.interface.empty(), c.network.interface);
         }},
    {.name = "adapter-ip",
     .aliases = "source-ip source-address spoof-ip spoof-address src-ip",
     .shorts = "-S",
     .nmap = "-S",
     .arity = Arity::kRequired,
     .value_name = "ADDRESS",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Source address or range, also --source-ip; twice for IPv4 and IPv6.",
     .apply = set_source_address,
     .echo = echo_source_addresses,
     .reset = [](Settings& s) { s.config.network.source_addresses.clear(); }},
    {.name = "adapter-mac",
     .aliases = "source-mac src-mac spoof-mac",
     .nmap = "--spoof-mac",
     .arity = Arity::kRequired,
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Source MAC address, also --source-mac.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.network.source_mac, parse_mac(g)); },
     .echo = [](const setup::Config& c) { return echo_mac(c.network.source_mac); }},
    {.name = "router-ip",
     .arity = Arity::kRequired,
     .value_name = "ADDRESS",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Send everything through this router.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.network.router_address, parse_address(g));
         },
     .echo =
         [](const setup::Config& c) {
           return c.network.router_address ? echo_if(true, to_string(*c.network.router_address))
                                           : std::vector<std::string>();
         }},
    {.name = "router-mac",
     .aliases = "router dest-mac destination-mac dst-mac target-mac",
     .echoed_in = "router-mac-ipv4 router-mac-ipv6",
     .arity = Arity::kRequired,
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Send everything to this MAC address.",
     .apply = set_router_macs},
    {.name = "router-mac-ipv4",
     .aliases = "router-ipv4",
     .arity = Arity::kRequired,
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "The same for IPv4 only.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.network.router_mac_v4, parse_mac(g));
         },
     .echo = [](const setup::Config& c) { return echo_mac(c.network.router_mac_v4); }},
    {.name = "router-mac-ipv6",
     .aliases = "router-ipv6",
     .arity = Arity::kRequired,
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "The same for IPv6 only.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.network.router_mac_v6, parse_mac(g));
         },
     .echo = [](const setup::Config& c) { return echo_mac(c.network.router_mac_v6); }},
    {.name = "adapter-port",
     .aliases = "source-port src-port",
     .shorts = "-g",
     .nmap = "-g --source-port",
     .arity = Arity::kRequired,
     .value_name = "PORTS",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Source port or range of any size, also --source-port.",
     .apply = set_source_ports,
     .echo =
         [](const setup::Config& c) {
           return c.network.source_ports ? echo_if(true, to_string(*c.network.source_ports))
                                         : std::vector<std::string>();
         }},
    {.name = "force",
     .help = "Take source ports that this machine uses itself: its own traffic there stops for the "
             "time of the scan.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.network.force, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.network.force); }},
    {.name = "adapter-vlan",
     .aliases = "vlan",
     .arity = Arity::kRequired,
     .value_name = "N",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .apply = unsupported<canonical_integer<0, kMostVlan, kNoVlan>>},
    {.name = "bpf",
     .arity = Arity::kRequired,
     .value_name = "FILTER",
     .may_be_empty = true,
     .reason = "changes nothing; what is received is filtered by the addresses and ports asked",
     .apply = accept_with_note},
    {.name = "sendq",
     .aliases = "sendqueue",
     .arity = Arity::kOptional,
     .value_name = "BOOLEAN",
     .reason = "changes nothing; it was for Windows",
     .apply = accept_with_note},
    {.name = "pfring",
     .reason = "PF_RING is not used; leave it out, the kernel's own rings are fast enough",
     .apply = refuse},
    {.name = "transport",
     .arity = Arity::kRequired,
     .value_name = "NAME",
     .is_editable = true,
     .help = "How packets leave and arrive: 'auto', 'xdp' (without socket buffers, at high rates), "
             "'af_packet' (packet sockets, everywhere), 'pcap' (libpcap) or 'sim', the same as "
             "-e sim.",
     .apply = set_transport,
     .echo = echo_transport},
    {.name = "qdisc",
     .help = "Send through the interface's queueing discipline, tc filters and nftables' egress "
             "rules, by packet sockets. What they drop for about a second is given up, and counted "
             "as discarded.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.network.qdisc, parse_flag(g)); },
     .echo = [](const setup::Config& c) { return echo_if(c.network.qdisc); }},
    {.name = "senders",
     .arity = Arity::kRequired,
     .value_name = "N",
     .is_editable = true,
     .help = "Threads that send by XDP, on each interface, at least one for each worker; 0: XDP "
             "receives and packet sockets send.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           return assign(s.config.network.senders, parse_integer(g, 0, 16));
         },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.network.senders.has_value(),
                          fmt::format("{}", c.network.senders.value_or(0)));
         }},
    {.name = "no-firewall",
     .is_editable = true,
     .help = "Do not keep the kernel's resets away with an nftables table.",
     .apply = [](Settings& s, const OptionUse& g) -> Result<void> {
       s.config.network.firewall = !TRY(parse_flag(g));
       return {};
     },
     .echo = [](const setup::Config& c) { return echo_if(!c.network.firewall); }},
    {.name = "sim-key",
     .arity = Arity::kRequired,
     .value_name = "N",
     .help = "Which simulated internet '-e sim' is; 1 if nothing is said.",
     .apply =
         [](Settings& s, const OptionUse& g) {
           constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
           return assign(s.config.sim_key, parse_integer(g, 0, kMost));
         },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.sim_key != kDefault.sim_key, fmt::format("{}", c.sim_key));
         }},
    {.name = "sim-open",
     .arity = Arity::kRequired,
     .value_name = "FRACTION",
     .help = "How much of it is open, from 0 to 1; 0.05 if nothing is said.",
     .apply = [](Settings& s,
                 const OptionUse& g) { return assign(s.config.sim_open, parse_decimal(g, 0, 1)); },
     .echo =
         [](const setup::Config& c) {
           return echo_if(c.sim_open != kDefault.sim_open, to_text(c.sim_open));
         }},
};

}  // namespace

std::span<const Option> way_options() { return kOptions; }

}  // namespace masscan::cli
