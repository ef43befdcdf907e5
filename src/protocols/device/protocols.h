// The protocols of this folder, one file each. protocols/udp_table.cc and stream_table.cc
// have a row for each.
#pragma once

#include "banner/stream_protocol.h"
#include "banner/udp_protocol.h"

namespace masscan::protocols {

extern const banner::UdpProtocol kMemcached;
extern const banner::StreamProtocol kMemcachedStream;
extern const banner::UdpProtocol kCoap;
extern const banner::UdpProtocol kSsdp;
extern const banner::UdpProtocol kWsDiscovery;
extern const banner::UdpProtocol kSip;
extern const banner::UdpProtocol kBacnet;
extern const banner::UdpProtocol kEthernetIp;
extern const banner::UdpProtocol kIpmi;
extern const banner::UdpProtocol kMssqlBrowser;
extern const banner::UdpProtocol kNatPmp;
extern const banner::UdpProtocol kUbiquiti;
extern const banner::StreamProtocol kEthernetIpTcp;

}  // namespace masscan::protocols
