// The protocols of this folder, one file each. protocols/stream_table.cc has a row for each.
#pragma once

#include "banner/stream_protocol.h"

namespace masscan::protocols {

extern const banner::StreamProtocol kSsh;
extern const banner::StreamProtocol kFtp;
extern const banner::StreamProtocol kSmtp;
extern const banner::StreamProtocol kPop3;
extern const banner::StreamProtocol kImap;
extern const banner::StreamProtocol kNntp;
extern const banner::StreamProtocol kIrc;
extern const banner::StreamProtocol kFinger;
extern const banner::StreamProtocol kTelnet;
extern const banner::StreamProtocol kVnc;
extern const banner::StreamProtocol kGit;
extern const banner::StreamProtocol kSvn;
extern const banner::StreamProtocol kZookeeper;
extern const banner::StreamProtocol kRsync;

}  // namespace masscan::protocols
