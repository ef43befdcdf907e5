// A result like any other, for tests in which only when it was found and its port matter.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "report/record.h"

namespace masscan::test {

inline report::Record open_port(WallTime time, std::uint16_t port) {
  return {.time = time,
          .address = net::Ipv4Address(0x0a000001),
          .port = {net::Transport::kTcp, port},
          .state = report::PortState::kOpen,
          .reason = 0x12,
          .ttl = 64};
}

}  // namespace masscan::test
