// The protocols of this folder, one file each: databases, directories, queues.
// protocols/stream_table.cc has a row for each.
#pragma once

#include "banner/stream_protocol.h"

namespace masscan::protocols {

extern const banner::StreamProtocol kMysql;
extern const banner::StreamProtocol kPostgresql;
extern const banner::StreamProtocol kRedis;
extern const banner::StreamProtocol kMongodb;
extern const banner::StreamProtocol kMssql;
extern const banner::StreamProtocol kOracle;
extern const banner::StreamProtocol kMqtt;
extern const banner::StreamProtocol kAmqp;
extern const banner::StreamProtocol kCassandra;
extern const banner::StreamProtocol kKafka;

}  // namespace masscan::protocols
