// The Internet checksum (RFC 1071): the complement of the one's-complement sum of 16-bit words.
//
// Sums are kept modulo 2^16 - 1, where a carry out of 16 bits counts as one. Words of 32 bits are
// therefore added whole and folded once at the end.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "net/ip_address.h"
#include "wire/protocol.h"

namespace masscan::wire {

class Checksum {
 public:
  constexpr Checksum() = default;
  // Continues from the checksum of bytes in which some fields were zero. Adding the values of these
  // fields gives the checksum of the whole without reading it again (RFC 1624, equation 3).
  static constexpr Checksum resume(std::uint16_t checksum) {
    Checksum sum;
    sum.sum_ = static_cast<std::uint16_t>(~checksum);
    return sum;
  }

  // Adds bytes. REQUIRES: an even offset in the summed data, so only the last piece may have an odd
  // length.
  Checksum& add(Bytes bytes);
  // Adds a field of 16, 32 or 64 bits. REQUIRES: an even offset.
  constexpr Checksum& add(std::uint64_t field) {
    sum_ += (field >> 32) + (field & 0xffffffff);
    return *this;
  }
  constexpr Checksum& add(const net::IpAddress& address) {
    return add(address.high()).add(address.low());
  }
  // Adds the pseudo-header of TCP, UDP and ICMPv6 (RFC 9293, 3.1; RFC 8200, 8.1).
  constexpr Checksum& add_pseudo_header(const net::IpAddress& source,
                                        const net::IpAddress& destination, Protocol protocol,
                                        std::size_t length) {
    return add(source).add(destination).add(static_cast<std::uint64_t>(protocol)).add(length);
  }

  // Returns the value of the checksum field in host order. Returns zero if the field was summed too
  // and is correct.
  constexpr std::uint16_t finish() const {
    std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xffffffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(~sum);
  }

 private:
  // Grows by less than 2^33 per step. 2^31 steps, far more than any packet needs, do not overflow.
  std::uint64_t sum_ = 0;
};

}  // namespace masscan::wire
