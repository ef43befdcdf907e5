#include "probe/cookie.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/packet_builder.h"

namespace masscan::probe {
namespace {

constexpr SipKey kKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

struct Target {
  net::IpAddress address;
  net::Port port;
};

Target v4_target() { return {test::ip("10.50.11.0"), {net::Transport::kTcp, 22}}; }
Target v6_target() { return {test::ip("fd00:50::b:1"), {net::Transport::kTcp, 22}}; }

std::uint64_t cookie_of(const Target& target, SipKey key = kKey) {
  return Cookie(key)(target.address, target.port);
}

net::IpAddress flip(const net::IpAddress& address, int bit) {
  if (address.is_v4()) return net::Ipv4Address(address.v4().number() ^ std::uint32_t{1} << bit);
  return net::Ipv6Address(address.v6().number() ^ Uint128{1} << bit);
}

// Returns the target with each single bit of it changed.
std::vector<Target> neighbours(const Target& target) {
  std::vector<Target> all;
  const int address_bits = target.address.is_v4() ? 32 : 128;
  for (int bit = 0; bit < address_bits; ++bit) {
    all.push_back({flip(target.address, bit), target.port});
  }
  for (int bit = 0; bit < 16; ++bit) {
    all.push_back(target);
    all.back().port.number ^= static_cast<std::uint16_t>(1 << bit);
  }
  all.push_back(target);
  all.back().port.transport = net::Transport::kUdp;
  return all;
}

TEST(Cookie, DependsOnEveryBitOfTheTargetInEitherHalf) {
  for (const Target& target : {v4_target(), v6_target()}) {
    const std::uint64_t cookie = cookie_of(target);
    for (const Target& other : neighbours(target)) {
      EXPECT_NE(carried_part(cookie_of(other)), carried_part(cookie));
      EXPECT_NE(cookie_of(other) >> 32, cookie >> 32);
    }
  }
}

TEST(Cookie, DependsOnEveryBitOfTheKey) {
  for (const Target& target : {v4_target(), v6_target()}) {
    for (int bit = 0; bit < 64; ++bit) {
      const SipKey low{.low = kKey.low ^ std::uint64_t{1} << bit, .high = kKey.high};
      const SipKey high{.low = kKey.low, .high = kKey.high ^ std::uint64_t{1} << bit};
      EXPECT_NE(cookie_of(target, low), cookie_of(target));
      EXPECT_NE(cookie_of(target, high), cookie_of(target));
    }
  }
}

// Shards and resumed scans that share a key recognise each other's replies, so the input of a
// cookie never changes.
TEST(Cookie, StaysWhatItIs) {
  EXPECT_EQ(cookie_of(v4_target()), siphash(kKey, 0x0a320b0000000016));
  EXPECT_EQ(cookie_of(v6_target()),
            siphash(kKey, 0xfd00005000000000, 0x00000000000b0001, 0x0000000000000016));
}

}  // namespace
}  // namespace masscan::probe
