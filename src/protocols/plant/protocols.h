// The protocols of this folder, one file each: controllers and remote terminals of plants.
// protocols/stream_table.cc has a row for each. All of them only read.
#pragma once

#include "banner/stream_protocol.h"

namespace masscan::protocols {

extern const banner::StreamProtocol kModbus;
extern const banner::StreamProtocol kS7;
extern const banner::StreamProtocol kDnp3;
extern const banner::StreamProtocol kIec104;

}  // namespace masscan::protocols
