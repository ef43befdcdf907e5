// An endpoint as the socket calls want it.
#pragma once

#include <sys/socket.h>

#include "net/endpoint.h"

namespace masscan::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  // Room for one that the kernel fills in.
  SocketAddress() = default;
  explicit SocketAddress(const Endpoint& endpoint);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  // Of AF_INET and AF_INET6; port 0 of address 0.0.0.0 stands for anything else.
  Endpoint endpoint() const;
};

}  // namespace masscan::net
