#include "net/socket_address.h"

#include <netinet/in.h>

#include <span>

#include "base/bytes.h"

namespace masscan::net {
namespace {

// Ports and addresses are stored in network order.
template <typename T>
MutableBytes field(T& part) {
  return std::as_writable_bytes(std::span(&part, 1));
}
template <typename T>
Bytes field(const T& part) {
  return std::as_bytes(std::span(&part, 1));
}

}  // namespace

SocketAddress::SocketAddress(const Endpoint& endpoint) {
  if (endpoint.address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    store_be(field(v4->sin_port), 0, endpoint.port);
    store_be(field(v4->sin_addr), 0, endpoint.address.v4().number());
    length = sizeof *v4;
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    store_be(field(v6->sin6_port), 0, endpoint.port);
    store_be(field(v6->sin6_addr), 0, endpoint.address.high());
    store_be(field(v6->sin6_addr), 8, endpoint.address.low());
    length = sizeof *v6;
  }
}

Endpoint SocketAddress::endpoint() const {
  if (family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
    return {Ipv4Address(load_be<std::uint32_t>(field(v4->sin_addr))),
            load_be<std::uint16_t>(field(v4->sin_port))};
  }
  if (family() == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
    return {Ipv6Address(make_uint128(load_be<std::uint64_t>(field(v6->sin6_addr)),
                                     load_be<std::uint64_t>(field(v6->sin6_addr), 8))),
            load_be<std::uint16_t>(field(v6->sin6_port))};
  }
  return {};
}

}  // namespace masscan::net
