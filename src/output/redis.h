// Stores results in Redis as masscan's -oR does: three sets per open port. A batch may therefore be
// stored twice. See docs/formats/redis.md.
#pragma once

#include <memory>
#include <string>

#include "net/endpoint.h"
#include "output/database.h"

namespace masscan::output {

// The default address.
inline constexpr net::Endpoint kUsualRedis{net::Ipv4Address(0x7f000001), 6379};

// Connects on demand. An empty password means none.
std::unique_ptr<Database> make_redis(const net::Endpoint& endpoint, std::string password);

}  // namespace masscan::output
