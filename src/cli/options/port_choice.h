// Ports as options name them. What "80" means depends on -sU and its like, which may come later.
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
  std::vector<net::Transport> transports;  // of ports without a prefix; none chosen: TCP
  std::vector<PortList> listed;
  std::vector<PortList> excluded;
  std::uint32_t top = 0;  // so many of those that are most often open
  std::string top_place;
};

// Adds the lists to the sets, once for each transport.
Result<void> resolve(const PortChoice& choice, targets::PortSet& ports, targets::PortSet& excluded);

}  // namespace masscan::cli
