// What an answer says about a target.
#pragma once

#include <cstdint>

#include "net/ip_address.h"
#include "probe/flow.h"

namespace masscan::probe {

struct Reply {
  enum class Kind : std::uint8_t { kOpen, kClosed, kFiltered };

  Kind kind = Kind::kOpen;
  Flow flow{};                       // of the probe that was answered
  net::IpAddress from{};             // the target, or the router that sent an ICMP error
  std::uint8_t ttl = 0;              // or hop limit, of the answer
  std::uint8_t tcp_flags = 0;        // of a TCP answer
  std::uint32_t acknowledgment = 0;  // of a TCP answer: the sequence of the RST that ends it

  bool operator==(const Reply&) const = default;
};

}  // namespace masscan::probe
