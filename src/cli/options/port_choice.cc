#include "cli/options/port_choice.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "targets/port_frequencies.h"
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

// An order of ports for what our own does not hold.
struct Further {
  std::vector<std::uint16_t> ports;
  std::string note;
};

Further find_further(const PortChoice& choice, net::Transport transport) {
  const std::uint32_t ordered = targets::ordered_ports(transport);
  const bool needs_order = choice.top > ordered && choice.top < targets::kMostTopPorts;
  if (!needs_order) return {};
  const std::string begin = fmt::format("{}: {} ports after the first {} are ", choice.top_place,
                                        name(transport), ordered);
  for (const std::string& path : choice.frequency_files) {
    const Result<std::string> text = read_file(path);
    if (!text) continue;
    std::vector<std::uint16_t> ports = targets::ports_by_frequency(*text, transport);
    if (!ports.empty()) return {std::move(ports), begin + "by the open frequencies in " + path};
  }
  return {{},
          begin + "in numeric order; nmap's file nmap-services, if installed, would order them"};
}

// Adds the top ports of each transport that has an order, as masscan does.
Result<void> add_top(const PortChoice& choice, const std::vector<net::Transport>& transports,
                     targets::PortSet& into, std::vector<std::string>& notes) {
  if (choice.top == 0) return {};
  bool is_known = false;
  for (const net::Transport transport : transports) {
    if (!targets::has_top_ports(transport)) continue;
    Further further = find_further(choice, transport);
    into.add(targets::top_ports(transport, choice.top, further.ports));
    if (!further.note.empty()) notes.push_back(std::move(further.note));
    is_known = true;
  }
  if (is_known) return {};
  return usage_error("{}: there is an order of TCP and UDP ports only; write the ports with -p",
                     choice.top_place);
}

}  // namespace

Result<std::vector<std::string>> resolve(const PortChoice& choice, targets::PortSet& ports,
                                         targets::PortSet& excluded) {
  std::vector<std::string> notes;
  std::vector<net::Transport> transports = choice.transports;
  if (transports.empty()) transports.push_back(net::Transport::kTcp);
  TRY(add_top(choice, transports, ports, notes));
  for (const net::Transport transport : transports) {
    TRY(add(choice.listed, transport, ports));
    TRY(add(choice.excluded, transport, excluded));
  }
  return notes;
}

}  // namespace masscan::cli
