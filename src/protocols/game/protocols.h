// The protocols of this folder, one file each. protocols/udp_table.cc and stream_table.cc
// have a row for each.
#pragma once

#include "banner/stream_protocol.h"
#include "banner/udp_protocol.h"

namespace masscan::protocols {

extern const banner::UdpProtocol kBedrock;
extern const banner::UdpProtocol kQuake;
extern const banner::UdpProtocol kSourceEngine;
extern const banner::UdpProtocol kTeamspeak;
extern const banner::StreamProtocol kMinecraft;

}  // namespace masscan::protocols
