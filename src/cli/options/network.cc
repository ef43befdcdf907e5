// Rows: interface, source address and router.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "cli/options/echo_values.h"
#include "cli/options/field.h"
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
constexpr std::uint64_t kAnyNumber = std::numeric_limits<std::uint64_t>::max();
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

// True for 0.0.0.0 and ::, by which masscan means "not set".
bool is_unset(const net::IpAddress& address) {
  return address == net::Ipv4Address() || address == net::Ipv6Address();
}

// Keeps one range per family: a later one replaces an earlier one.
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
    // A bug of masscan's --echo; masscan itself refuses the file.
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

std::string_view backend_name(setup::Backend backend) {
  const auto row = std::find_if(std::begin(kTransports), std::end(kTransports),
                                [backend](const auto& other) { return other.second == backend; });
  CHECK(row != std::end(kTransports));
  return row->first;
}

constexpr Option kOptions[] = {
    {.name = "adapter",
     .aliases = "if interface",
     .shorts = "-e -i",
     .nmap = "-e",
     .value_name = "NAME",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .is_editable = true,
     .help = "Network interface, by name or by its number in --iflist. 'sim' is a simulated "
             "internet that needs no privileges. By default the routing table decides.",
     .apply = set<&NetworkConfig::interface>,
     .echo = show<&NetworkConfig::interface>},
    {.name = "adapter-ip",
     .aliases = "source-ip source-address spoof-ip spoof-address src-ip",
     .shorts = "-S",
     .nmap = "-S",
     .value_name = "ADDRESS",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help =
         "Source address or range; --source-ip is the same. May be given twice, for IPv4 and IPv6.",
     .apply = set_source_address,
     .echo = echo_source_addresses,
     .reset = [](Settings& s) { s.config.network.source_addresses.clear(); }},
    {.name = "adapter-mac",
     .aliases = "source-mac src-mac spoof-mac",
     .nmap = "--spoof-mac",
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Source MAC address; --source-mac is the same.",
     .apply = set<&NetworkConfig::source_mac>,
     .echo = show<&NetworkConfig::source_mac>},
    {.name = "router-ip",
     .value_name = "ADDRESS",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Send everything through this router.",
     .apply = set<&NetworkConfig::router_address, parse_address>,
     .echo = show<&NetworkConfig::router_address>},
    {.name = "router-mac",
     .aliases = "router dest-mac destination-mac dst-mac target-mac",
     .echoed_in = "router-mac-ipv4 router-mac-ipv6",
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Send everything to this MAC address.",
     .apply = set_router_macs},
    {.name = "router-mac-ipv4",
     .aliases = "router-ipv4",
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Send all IPv4 packets to this MAC address.",
     .apply = set<&NetworkConfig::router_mac_v4>,
     .echo = show<&NetworkConfig::router_mac_v4>},
    {.name = "router-mac-ipv6",
     .aliases = "router-ipv6",
     .value_name = "MAC",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Send all IPv6 packets to this MAC address.",
     .apply = set<&NetworkConfig::router_mac_v6>,
     .echo = show<&NetworkConfig::router_mac_v6>},
    {.name = "adapter-port",
     .aliases = "source-port src-port",
     .shorts = "-g",
     .nmap = "-g --source-port",
     .value_name = "PORTS",
     .index = Index::kAdapter,
     .may_be_empty = true,
     .help = "Source port or a range of any size; --source-port is the same.",
     .apply = set_source_ports,
     .echo = show<&NetworkConfig::source_ports>},
    {.name = "force",
     .help = "Use these source ports even if this machine uses them itself. Its own traffic on "
             "them stops until the scan ends.",
     .apply = set<&NetworkConfig::force>,
     .echo = show<&NetworkConfig::force>},
    not_yet("adapter-vlan vlan", "[N]", unsupported<canonical_integer<0, kMostVlan, kNoVlan>>,
            Index::kAdapter),
    without_effect(
        "bpf", "[FILTER]",
        "changes nothing; what is received is filtered by the addresses and ports asked"),
    {.name = "sendq",
     .aliases = "sendqueue",
     .value_name = "BOOLEAN",
     .arity = Arity::kOptional,
     .reason = "changes nothing; it was for Windows",
     .apply = accept_with_note},
    refused("pfring", "",
            "PF_RING is not used; leave it out, the kernel's own rings are fast enough"),
    {.name = "transport",
     .value_name = "NAME",
     .is_editable = true,
     .help = "How packets are sent and received: 'auto', 'xdp' (no socket buffers, for high "
             "rates), 'af_packet' (packet sockets, work everywhere), 'pcap' (libpcap), or 'sim', "
             "the same as -e sim.",
     .default_value = default_of<&NetworkConfig::backend, backend_name>,
     .apply = set_transport,
     .echo = show<&NetworkConfig::backend, backend_name>},
    {.name = "qdisc",
     .help = "Send by packet sockets through the interface's queueing discipline, tc filters and "
             "nftables egress rules. Frames that these drop for about a second are given up and "
             "counted as discarded.",
     .apply = set<&NetworkConfig::qdisc>,
     .echo = show<&NetworkConfig::qdisc>},
    {.name = "senders",
     .value_name = "N",
     .is_editable = true,
     .help = "Number of threads that send by XDP on each interface, at least one for each worker. "
             "0: XDP receives and packet sockets send. By default the number of cores decides.",
     .apply = set<&NetworkConfig::senders, 0, 16>,
     .echo = show<&NetworkConfig::senders>},
    {.name = "no-firewall",
     .is_editable = true,
     .help = "Do not install the nftables table that suppresses the kernel's resets.",
     .apply = set_inverted<&NetworkConfig::firewall>,
     .echo = show_inverted<&NetworkConfig::firewall>},
    {.name = "sim-key",
     .value_name = "N",
     .help = "Selects the simulated internet of '-e sim'.",
     .default_value = default_of<&Config::sim_key>,
     .apply = set<&Config::sim_key, 0, kAnyNumber>,
     .echo = show<&Config::sim_key>},
    {.name = "sim-open",
     .value_name = "FRACTION",
     .help = "Fraction of its ports that are open, from 0 to 1.",
     .default_value = default_of<&Config::sim_open>,
     .apply = set<&Config::sim_open, 0, 1>,
     .echo = show<&Config::sim_open>},
};

}  // namespace

std::span<const Option> network_options() { return kOptions; }

}  // namespace masscan::cli
