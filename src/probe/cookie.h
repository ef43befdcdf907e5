// The cookie of a flow: a keyed hash that a probe carries and its answer must return, so that we
// need not remember what we asked, and nobody can answer who has not seen the question.
#pragma once

#include <cstdint>

#include "base/siphash.h"
#include "probe/flow.h"

namespace masscan::probe {

class Cookie {
 public:
  explicit Cookie(SipKey key) : key_(key) {}

  // A TCP SYN carries the low 32 bits as its sequence number.
  std::uint64_t operator()(const Flow& flow) const {
    const std::uint64_t ports = static_cast<std::uint64_t>(flow.port.transport) << 32 |
                                static_cast<std::uint64_t>(flow.port.number) << 16 |
                                flow.source.port;
    const net::IpAddress& target = flow.target;
    const net::IpAddress& source = flow.source.address;
    if (target.is_v4()) return siphash(key_, target.low() << 32 | source.low(), ports);
    return siphash(key_, target.high(), target.low(), source.high(), source.low(), ports);
  }

 private:
  SipKey key_;
};

}  // namespace masscan::probe
