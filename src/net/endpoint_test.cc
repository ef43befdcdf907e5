#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace masscan::net {
namespace {

TEST(Endpoint, IsReadAsItIsWritten) {
  for (const char* text : {"127.0.0.1:0", "10.0.0.1:65535", "[::1]:9100", "[fd09::2]:80"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(to_string(*endpoint), text);
  }
}

TEST(Endpoint, IsNothingElse) {
  for (const char* text : {"", ":", "9100", ":9100", "10.0.0.1", "10.0.0.1:", "10.0.0.1:65536",
                           "10.0.0.1:-1", "10.0.0.1: 80", "::1:9100", "[::1]", "[::1]9100",
                           "[10.0.0.1]:80", "[]:80", "[:80", "localhost:80"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

}  // namespace
}  // namespace masscan::net
