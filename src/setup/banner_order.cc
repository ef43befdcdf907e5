#include "setup/banner_order.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "protocols/stream_table.h"
#include "targets/port_set.h"

namespace masscan::setup {
namespace {

constexpr std::string_view kOption = "--banner-order";
constexpr std::string_view kListen = "listen";

std::string known_names() {
  std::vector<std::string_view> names;
  for (const banner::StreamProtocol* const one : protocols::stream_protocols())
    names.push_back(one->name);
  std::ranges::sort(names);
  return fmt::format("{}, {}", kListen, fmt::join(names, ", "));
}

// Returns the protocol to ask, null to listen.
Result<const banner::StreamProtocol*> parse_name(std::string_view name) {
  if (name == kListen) return nullptr;
  const auto known = protocols::stream_protocols();
  const auto found = std::ranges::find(known, name, &banner::StreamProtocol::name);
  if (found == known.end()) {
    return usage_error("{}: no protocol is called '{}'; known are {}", kOption, printable(name),
                       known_names());
  }
  return (*found)->has_hello() ? *found : nullptr;
}

Result<protocols::Hellos> parse_names(std::string_view names) {
  protocols::Hellos hellos;
  while (true) {
    const std::size_t end = names.find(',');
    hellos.push_back(TRY(parse_name(trim(names.substr(0, end)))));
    if (end == std::string_view::npos) break;
    names.remove_prefix(end + 1);
  }
  if (hellos.size() > kMostHellos) {
    return usage_error("{}: {} hellos are listed for a port, which has at most {}", kOption,
                       hellos.size(), kMostHellos);
  }
  return hellos;
}

}  // namespace

bool is_order_of_all(std::string_view value) { return value.find(':') == std::string_view::npos; }

Result<void> add_banner_order(std::string_view value, protocols::HelloOrder& order) {
  const std::size_t colon = value.rfind(':');
  const bool is_of_all = colon == std::string_view::npos;
  protocols::Hellos hellos = TRY(parse_names(is_of_all ? value : value.substr(colon + 1)));
  if (is_of_all) {
    order.set(std::move(hellos));
    return {};
  }
  targets::PortSet ports;
  TRY(targets::parse_ports(value.substr(0, colon), kOption, net::Transport::kTcp, ports));
  const auto runs = ports.ranges();
  for (const net::TransportPorts& run : runs) {
    if (run.transport == net::Transport::kTcp) continue;
    return usage_error("{}: {} names ports that are not TCP's; hellos are said over TCP only",
                       kOption, printable(value));
  }
  for (const net::TransportPorts& run : runs) {
    for (std::uint32_t port = run.ports.first; port <= run.ports.last; ++port)
      order.set(static_cast<std::uint16_t>(port), hellos);
  }
  return {};
}

}  // namespace masscan::setup
