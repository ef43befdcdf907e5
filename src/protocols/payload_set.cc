#include "protocols/payload_set.h"

#include "protocols/udp_table.h"

namespace masscan::protocols {

PayloadSet PayloadSet::built_in(bool allow_amplifying) {
  constexpr double kMostAmplification = 10;
  PayloadSet set;
  for (const banner::UdpProtocol* const protocol : udp_protocols()) {
    for (const std::uint16_t port : protocol->ports) {
      for (const banner::UdpRequest& request : protocol->requests) {
        if (request.amplification > kMostAmplification && !allow_amplifying) continue;
        set.of_port_[port].push_back(request);
      }
    }
  }
  return set;
}

}  // namespace masscan::protocols
