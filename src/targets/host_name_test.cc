#include "targets/host_name.h"

#include <gtest/gtest.h>

namespace masscan::targets {
namespace {

TEST(HostName, IsLettersDigitsAndInnerHyphens) {
  for (const char* name : {"a", "localhost", "www.example.com", "WWW.EXAMPLE.COM", "example.com.",
                           "3com", "1.2.3.4.in-addr.arpa", "10-0-0-1.example.com", "a--b.c",
                           "xn--bcher-kva.example", "0xfg", "1.2.3.4x"}) {
    EXPECT_TRUE(is_host_name(name)) << name;
  }
  for (const char* name : {"", ".", "..", "-", "a..b", ".a", "a..", "-a", "a-", "a.-b", "a_b",
                           "a b", "a:b", "a/b", "a%b", "\xc3\xbc", "a*"}) {
    EXPECT_FALSE(is_host_name(name)) << name;
  }
}

TEST(HostName, IsNothingThatLooksLikeAnAddress) {
  for (const char* junk :
       {"1", "10", "1.2.3", "10.0.0.256", "10.0.0.1.2", "1.2.3.", "256-1", "10-5", "0x7f000001",
        "127.0x1", "0X7F", "0x", "host.1", "host.0xab", "fe80::1", "10.0.0-5.1"}) {
    EXPECT_FALSE(is_host_name(junk)) << junk;
  }
}

TEST(HostName, HasLimitedLength) {
  const std::string label(63, 'a');
  EXPECT_TRUE(is_host_name(label));
  EXPECT_FALSE(is_host_name(label + "a"));
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'b');
  EXPECT_TRUE(is_host_name(longest));
  EXPECT_TRUE(is_host_name(longest + "."));
  EXPECT_FALSE(is_host_name(longest + "b"));
}

}  // namespace
}  // namespace masscan::targets
