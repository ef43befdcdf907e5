#include "cli/port_choice.h"

namespace masscan::cli {
namespace {

Result<void> add(const std::vector<PortList>& lists, net::Transport transport,
                 targets::PortSet& into) {
  for (const auto& [text, place] : lists) {
    TRY(targets::parse_ports(text, place, transport, into));
  }
  return {};
}

}  // namespace

Result<void> resolve(const PortChoice& choice, targets::PortSet& ports,
                     targets::PortSet& excluded) {
  std::vector<net::Transport> transports = choice.transports;
  if (transports.empty()) transports.push_back(net::Transport::kTcp);
  for (const net::Transport transport : transports) {
    TRY(add(choice.listed, transport, ports));
    TRY(add(choice.excluded, transport, excluded));
  }
  return {};
}

}  // namespace masscan::cli
