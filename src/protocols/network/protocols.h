// The protocols of this folder, one file each. protocols/udp_table.cc and
// protocols/stream_table.cc have a row for each.
#pragma once

#include "banner/stream_protocol.h"
#include "banner/udp_protocol.h"

namespace masscan::protocols {

extern const banner::UdpProtocol kEcho;
extern const banner::UdpProtocol kQotd;
extern const banner::UdpProtocol kChargen;
extern const banner::UdpProtocol kDns;
extern const banner::UdpProtocol kTftp;
extern const banner::UdpProtocol kPortmap;
extern const banner::UdpProtocol kNfs;
extern const banner::UdpProtocol kNtp;
extern const banner::UdpProtocol kNetbios;
extern const banner::UdpProtocol kSnmp;
extern const banner::UdpProtocol kCldap;
extern const banner::UdpProtocol kKerberos;
extern const banner::UdpProtocol kRip;
extern const banner::UdpProtocol kRadius;
extern const banner::UdpProtocol kMdns;
extern const banner::StreamProtocol kLdap;

}  // namespace masscan::protocols
