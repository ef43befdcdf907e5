// Lists of ports: what parses, prints and parses again is the same set.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "targets/port_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using masscan::net::Transport;
  using masscan::targets::PortSet;
  const std::string text(data, data + size);
  PortSet ports;
  const auto parsed = masscan::targets::parse_ports(text, "value", Transport::kUdp, ports);
  if (!parsed) {
    CHECK(!parsed.error().message.empty());
    CHECK(ports.empty());
    return 0;
  }
  CHECK(!ports.empty());
  PortSet again;
  CHECK(masscan::targets::parse_ports(to_string(ports), "echo", Transport::kTcp, again));
  CHECK(again == ports);
  CHECK(ports.index_of(ports.at(ports.count() - 1)) == ports.count() - 1);
  return 0;
}
