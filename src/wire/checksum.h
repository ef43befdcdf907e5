// The Internet checksum (RFC 1071): the complement of the one's-complement sum of 16-bit words.
//
// Sums are kept modulo 2^16 - 1, where a carry out of 16 bits counts as one; so words of 32 bits
// are added whole and folded once at the end.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "wire/protocol.h"

namespace masscan::wire {

class Checksum {
 public:
  constexpr Checksum() = default;
  // Goes on from the checksum of bytes in which some fields were zero: adding what those fields
  // become gives the checksum of the whole without reading it again (RFC 1624, equation 3).
  static constexpr Checksum resume(std::uint16_t checksum) {
    Checksum sum;
    sum.sum_ = static_cast<std::uint16_t>(~checksum);
    return sum;
  }

  // Bytes at an even offset of what is summed: every piece but the last has an even length.
  Checksum& add(Bytes bytes);
  // A field of 16, 32 or 64 bits at an even offset.
  constexpr Checksum& add(std::uint64_t field) {
    sum_ += (field >> 32) + (field & 0xffffffff);
    return *this;
  }
  constexpr Checksum& add(const net::IpAddress& address) {
    return add(address.high()).add(address.low());
  }
  // What TCP, UDP and ICMPv6 cover besides their own bytes (RFC 9293, 3.1; RFC 8200, 8.1).
  constexpr Checksum& add_pseudo_header(const net::IpAddress& source,
                                        const net::IpAddress& destination, Protocol protocol,
                                        std::size_t length) {
    return add(source).add(destination).add(static_cast<std::uint64_t>(protocol)).add(length);
  }

  // What the field must hold, as a host-order number; zero if the field was summed too and is
  // right.
  constexpr std::uint16_t finish() const {
    std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xffffffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(~sum);
  }

 private:
  // Grows by less than 2^33 per step, so 2^31 steps do not overflow: far beyond any packet.
  std::uint64_t sum_ = 0;
};

}  // namespace masscan::wire
