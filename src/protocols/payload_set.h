// What is sent to each UDP port.
// Thread: any, once made.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "banner/udp_protocol.h"

namespace masscan::protocols {

class PayloadSet {
 public:
  // The requests of our protocols. Those that are known to be answered by more than ten times their
  // size are left out unless `allow_amplifying`.
  static PayloadSet built_in(bool allow_amplifying);

  // Returns the requests of a port, in the order in which they are sent; none: it is sent an empty
  // datagram. Valid until the set is destroyed.
  std::span<const banner::UdpRequest> requests(std::uint16_t port) const { return of_port_[port]; }

 private:
  std::vector<std::vector<banner::UdpRequest>> of_port_ =
      std::vector<std::vector<banner::UdpRequest>>(std::size_t{1} << 16);
};

}  // namespace masscan::protocols
