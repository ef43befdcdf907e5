#include "base/siphash.h"

#include <gtest/gtest.h>

namespace masscan {
namespace {

// The key 00 01 .. 0f and the messages 00 01 .. of the reference implementation's test vectors.
constexpr SipKey kKey{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};
constexpr std::uint64_t kFirst = 0x0706050403020100;
constexpr std::uint64_t kSecond = 0x0f0e0d0c0b0a0908;

TEST(SipHash, AgreesWithTheReferenceVectors) {
  EXPECT_EQ(siphash(kKey), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(siphash(kKey, kFirst), 0x93f5f5799a932462u);
  EXPECT_EQ(siphash(kKey, kFirst, kSecond), 0x3f2acc7f57c29bdbu);
}

TEST(SipHash, DependsOnTheKey) {
  EXPECT_NE(siphash(kKey, kFirst), siphash(SipKey{.low = 1, .high = 2}, kFirst));
}

}  // namespace
}  // namespace masscan
