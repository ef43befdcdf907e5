// An endpoint in the form of the socket calls.
#pragma once

#include <sys/socket.h>

#include "net/endpoint.h"

namespace masscan::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  // Room for an address that the kernel fills in.
  SocketAddress() = default;
  explicit SocketAddress(const Endpoint& endpoint);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  // Converts AF_INET and AF_INET6; anything else becomes 0.0.0.0 with port 0.
  Endpoint endpoint() const;
};

}  // namespace masscan::net
