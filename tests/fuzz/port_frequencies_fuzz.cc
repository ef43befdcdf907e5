// Files like nmap-services: the ports of a file, written as such a file, are read in that order.
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "targets/port_frequencies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using masscan::targets::ports_by_frequency;
  const auto transport = masscan::net::Transport::kTcp;
  const auto ports = ports_by_frequency(std::string(data, data + size), transport);
  std::string text;
  std::size_t left = ports.size();
  for (const std::uint16_t port : ports) {
    CHECK(port != 0);
    text += fmt::format("name {}/tcp {}\n", port, left--);
  }
  CHECK(ports_by_frequency(text, transport) == ports);
  return 0;
}
