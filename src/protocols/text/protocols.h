// The protocols of this folder, one file each. protocols/stream_table.cc has a row for each.
#pragma once

#include "banner/stream_protocol.h"

namespace masscan::protocols {

extern const banner::StreamProtocol kRsync;

}  // namespace masscan::protocols
