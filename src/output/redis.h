// Results in Redis, as masscan's -oR has them: three sets per open port, which is why a batch may
// come twice. See docs/formats/redis.md.
#pragma once

#include <memory>
#include <string>

#include "net/endpoint.h"
#include "output/database.h"

namespace masscan::output {

// Where a server listens if nothing is said.
inline constexpr net::Endpoint kUsualRedis{net::Ipv4Address(0x7f000001), 6379};

// Connects when it has to. An empty password: none.
std::unique_ptr<Database> make_redis(const net::Endpoint& endpoint, std::string password);

}  // namespace masscan::output
