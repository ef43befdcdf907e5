// Port lists before their transport is known: -sU and similar options may come after -p.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/port.h"
#include "targets/port_set.h"

namespace masscan::cli {

struct PortList {
  std::string text;
  std::string place;
};

struct PortChoice {
  std::vector<net::Transport> transports;  // for ports without a prefix; empty: TCP
  std::vector<PortList> listed;
  std::vector<PortList> excluded;
  std::string tcp_scan_place;  // what chose the TCP scan; empty: nothing
  std::uint32_t top = 0;       // number of --top-ports
  std::string top_place;
  // Measured frequencies of open ports, for --top-ports beyond our own order; the first file that
  // can be read counts.
  std::vector<std::string> frequency_files = {"/usr/share/nmap/nmap-services",
                                              "/usr/local/share/nmap/nmap-services"};
};

// Adds the lists to the sets, once for each transport. Returns notes for the user.
// Errors: begin with the place of the list.
Result<std::vector<std::string>> resolve(const PortChoice& choice, targets::PortSet& ports,
                                         targets::PortSet& excluded);

}  // namespace masscan::cli
