// A result for tests in which only its time and port matter.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "record/record.h"

namespace masscan::test {

inline record::Record open_port(WallTime time, std::uint16_t port) {
  return {.time = time,
          .address = net::Ipv4Address(0x0a000001),
          .port = {net::Transport::kTcp, port},
          .state = record::PortState::kOpen,
          .reason = 0x12,
          .ttl = 64};
}

}  // namespace masscan::test
