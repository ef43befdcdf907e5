#include "probe/cookie.h"

#include <gtest/gtest.h>
#include <vector>

#include "support/packet_builder.h"

namespace masscan::probe {
namespace {

constexpr SipKey kKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};

Flow v4_flow() {
  return {.target = test::ip("10.50.11.0"),
          .port = {net::Transport::kTcp, 22},
          .source = {test::ip("10.60.0.122"), 40000}};
}

Flow v6_flow() {
  return {.target = test::ip("fd00:50::b:1"),
          .port = {net::Transport::kTcp, 22},
          .source = {test::ip("fd00:60::122"), 40000}};
}

net::IpAddress flip(const net::IpAddress& address, int bit) {
  if (address.is_v4()) return net::Ipv4Address(address.v4().number() ^ std::uint32_t{1} << bit);
  return net::Ipv6Address(address.v6().number() ^ Uint128{1} << bit);
}

// The flow with each single bit of it changed.
std::vector<Flow> neighbours(const Flow& flow) {
  std::vector<Flow> all;
  const int address_bits = flow.target.is_v4() ? 32 : 128;
  for (int bit = 0; bit < address_bits; ++bit) {
    all.push_back(flow);
    all.back().target = flip(flow.target, bit);
    all.push_back(flow);
    all.back().source.address = flip(flow.source.address, bit);
  }
  for (int bit = 0; bit < 16; ++bit) {
    all.push_back(flow);
    all.back().port.number ^= static_cast<std::uint16_t>(1 << bit);
    all.push_back(flow);
    all.back().source.port ^= static_cast<std::uint16_t>(1 << bit);
  }
  all.push_back(flow);
  all.back().port.transport = net::Transport::kUdp;
  return all;
}

TEST(Cookie, DependsOnEveryBitOfTheFlowInItsLowHalfToo) {
  const Cookie cookie(kKey);
  for (const Flow& flow : {v4_flow(), v6_flow()}) {
    const auto low = static_cast<std::uint32_t>(cookie(flow));
    for (const Flow& other : neighbours(flow)) {
      EXPECT_NE(static_cast<std::uint32_t>(cookie(other)), low);
    }
  }
}

TEST(Cookie, DependsOnEveryBitOfTheKey) {
  for (const Flow& flow : {v4_flow(), v6_flow()}) {
    for (int bit = 0; bit < 64; ++bit) {
      const SipKey low{.low = kKey.low ^ std::uint64_t{1} << bit, .high = kKey.high};
      const SipKey high{.low = kKey.low, .high = kKey.high ^ std::uint64_t{1} << bit};
      EXPECT_NE(Cookie(low)(flow), Cookie(kKey)(flow));
      EXPECT_NE(Cookie(high)(flow), Cookie(kKey)(flow));
    }
  }
}

// Shards and resumed scans that share a key recognise each other's answers: what a cookie is
// computed from never changes.
TEST(Cookie, StaysWhatItIs) {
  EXPECT_EQ(Cookie(kKey)(v4_flow()), siphash(kKey, 0x0a320b000a3c007a, 0x0000000000169c40));
  EXPECT_EQ(Cookie(kKey)(v6_flow()),
            siphash(kKey, 0xfd00005000000000, 0x00000000000b0001, 0xfd00006000000000,
                    0x0000000000000122, 0x0000000000169c40));
}

}  // namespace
}  // namespace masscan::probe
