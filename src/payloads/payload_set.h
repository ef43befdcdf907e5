// Which requests a UDP port gets, in order: those of the protocols that are asked there, or the
// user's, which replace them. A port without any gets one empty datagram.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "banner/udp_protocol.h"
#include "base/result.h"
#include "payloads/payload.h"

namespace masscan::payloads {

class PayloadSet {
 public:
  static constexpr std::size_t kMaxRequests = 16;   // of one port
  static constexpr double kMostAmplification = 10;  // of requests that go out unasked

  // The requests of the protocols, whose memory outlives the set. Those with a larger amplification
  // are left out unless `allow_amplifying`.
  PayloadSet(std::span<const banner::UdpProtocol* const> protocols, bool allow_amplifying);
  PayloadSet(PayloadSet&&) = default;
  PayloadSet& operator=(PayloadSet&&) = default;

  // Replaces the requests of each port that the payloads name. Payloads of one source for one port
  // are sent in its order, and equal ones once. Returns an Error if they are too many for a port;
  // the set is then unchanged.
  Result<void> replace(std::vector<Payload> source);

  // Never empty. Valid until: `replace`, or the set is gone.
  std::span<const banner::UdpRequest> requests(std::uint16_t port) const {
    return lists_[list_of_port_[port]];
  }
  // Returns the size of the longest list.
  unsigned most_requests() const;

 private:
  std::deque<Payload> payloads_;  // the user's, to whose bytes requests refer
  std::vector<std::vector<banner::UdpRequest>> lists_;
  std::vector<std::uint32_t> list_of_port_;
};

}  // namespace masscan::payloads
