// The settings of the user that apply to the probes of a scan and to how their replies are read.
#pragma once

#include <cstdint>

#include "payloads/payload_set.h"
#include "wire/tcp.h"

namespace masscan::probe {

struct ProbeSettings {
  std::uint8_t ttl = 255;  // or hop limit
  wire::TcpOptions tcp_options{};
  // What is sent to UDP ports; null: empty datagrams. Borrowed.
  const payloads::PayloadSet* payloads = nullptr;
};

}  // namespace masscan::probe
