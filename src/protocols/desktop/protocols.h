// The protocols of this folder, one file each. protocols/stream_table.cc has a row for each.
#pragma once

#include "banner/stream_protocol.h"

namespace masscan::protocols {

extern const banner::StreamProtocol kSmb;
extern const banner::StreamProtocol kSmb1;
extern const banner::StreamProtocol kRdp;
extern const banner::StreamProtocol kX11;
extern const banner::StreamProtocol kAfp;
extern const banner::StreamProtocol kAdb;
extern const banner::StreamProtocol kJdwp;
extern const banner::StreamProtocol kIscsi;
extern const banner::StreamProtocol kRmi;

}  // namespace masscan::protocols
