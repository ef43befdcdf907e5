// Results in Redis, as masscan's -oR has them: three sets per open port, which is why a batch may
// come twice. See docs/formats/redis.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "net/ip_address.h"
#include "sink/server.h"

namespace masscan::sink {

struct RedisAddress {
  net::IpAddress address = net::Ipv4Address(0x7f000001);
  std::uint16_t port = 6379;

  bool operator==(const RedisAddress&) const = default;
};

// "127.0.0.1:6379", "[::1]:6379".
std::string to_string(const RedisAddress& address);

// Connects when it has to. An empty password: none.
std::unique_ptr<Server> make_redis(const RedisAddress& address, std::string password);

}  // namespace masscan::sink
