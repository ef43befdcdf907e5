// The protocols of this folder, one file each. protocols/udp_table.cc has a row for each.
#pragma once

#include "banner/udp_protocol.h"

namespace masscan::protocols {

extern const banner::UdpProtocol kMemcached;
extern const banner::UdpProtocol kCoap;
extern const banner::UdpProtocol kSsdp;
extern const banner::UdpProtocol kWsDiscovery;
extern const banner::UdpProtocol kSip;

}  // namespace masscan::protocols
