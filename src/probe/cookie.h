// The cookie of a target: a keyed hash that a probe carries and its reply must return. So no state
// is kept per probe, and only a host that saw the probe can forge a reply.
//
// The halves are independent. A probe carries the low 32 bits (a TCP SYN as its sequence number).
// The high 32 bits select the source address and port (SourceSet), which the reply returns too.
#pragma once

#include <cstdint>

#include "base/siphash.h"
#include "net/ip_address.h"
#include "net/port.h"

namespace masscan::probe {

class Cookie {
 public:
  explicit Cookie(SipKey key) : key_(key) {}

  std::uint64_t operator()(const net::IpAddress& target, net::Port port) const {
    if (target.is_v4()) return siphash(key_, target.low() << 32 | number(port));
    return siphash(key_, target.high(), target.low(), number(port));
  }
  // Returns the number of a port that is hashed.
  static constexpr std::uint32_t number(net::Port port) {
    return static_cast<std::uint32_t>(port.transport) << 16 | port.number;
  }
  SipKey key() const { return key_; }

 private:
  SipKey key_;
};

// Returns the part that a probe carries and a reply must return.
constexpr std::uint32_t carried_part(std::uint64_t cookie) {
  return static_cast<std::uint32_t>(cookie);
}

}  // namespace masscan::probe
