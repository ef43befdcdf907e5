// The protocols of this folder. protocols/stream_table.cc has a row for each.
#pragma once

#include "banner/stream_protocol.h"

namespace masscan::protocols {

extern const banner::StreamProtocol kElasticsearch;
extern const banner::StreamProtocol kDocker;
extern const banner::StreamProtocol kEtcd;
extern const banner::StreamProtocol kHttp;
extern const banner::StreamProtocol kRtsp;
extern const banner::StreamProtocol kSipStream;
extern const banner::StreamProtocol kXmpp;
extern const banner::StreamProtocol kSocks;

}  // namespace masscan::protocols
