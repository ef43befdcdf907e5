#include "net/socket_address.h"

#include <gtest/gtest.h>

namespace masscan::net {
namespace {

TEST(SocketAddress, KeepsAnEndpoint) {
  for (const char* text : {"10.1.2.3:80", "[2001:db8::1]:65535"}) {
    const Endpoint endpoint = Endpoint::parse(text).value();
    EXPECT_EQ(SocketAddress(endpoint).endpoint(), endpoint);
  }
  EXPECT_EQ(SocketAddress().endpoint(), Endpoint());
}

}  // namespace
}  // namespace masscan::net
