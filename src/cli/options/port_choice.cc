#include "cli/options/port_choice.h"

#include "targets/top_ports.h"

namespace masscan::cli {
namespace {

Result<void> add(const std::vector<PortList>& lists, net::Transport transport,
                 targets::PortSet& into) {
  for (const auto& [text, place] : lists) {
    TRY(targets::parse_ports(text, place, transport, into));
  }
  return {};
}

// Adds the top ports of each transport that has an order, as masscan does.
Result<void> add_top(const PortChoice& choice, const std::vector<net::Transport>& transports,
                     targets::PortSet& into) {
  if (choice.top == 0) return {};
  bool is_known = false;
  for (const net::Transport transport : transports) {
    if (!targets::has_top_ports(transport)) continue;
    into.add(targets::top_ports(transport, choice.top));
    is_known = true;
  }
  if (is_known) return {};
  return usage_error("{}: there is an order of TCP and UDP ports only; write the ports with -p",
                     choice.top_place);
}

}  // namespace

Result<void> resolve(const PortChoice& choice, targets::PortSet& ports,
                     targets::PortSet& excluded) {
  std::vector<net::Transport> transports = choice.transports;
  if (transports.empty()) transports.push_back(net::Transport::kTcp);
  TRY(add_top(choice, transports, ports));
  for (const net::Transport transport : transports) {
    TRY(add(choice.listed, transport, ports));
    TRY(add(choice.excluded, transport, excluded));
  }
  return {};
}

}  // namespace masscan::cli
