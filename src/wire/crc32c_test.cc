#include "wire/crc32c.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support/arbitrary.h"

namespace masscan::wire {
namespace {

// Bit by bit, as the division is defined.
std::uint32_t divided(Bytes bytes) {
  std::uint32_t remainder = ~0u;
  for (const std::byte byte : bytes) {
    remainder ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder & 1) != 0 ? remainder >> 1 ^ 0x82f63b78 : remainder >> 1;
    }
  }
  return ~remainder;
}

// RFC 3720, B.4, has the second one; the first is the usual check value.
TEST(Crc32c, HasPublishedValues) {
  EXPECT_EQ(Crc32c().add(as_bytes("123456789")).finish(), 0xe3069283u);
  EXPECT_EQ(Crc32c().add(std::vector<std::byte>(32)).finish(), 0x8a9136aau);
}

RC_GTEST_PROP(Crc32c, IsTheRemainderWhereverTheBytesAreSplit, ()) {
  const auto bytes = test::any_bytes(100);
  const auto split = test::any<std::size_t>() % (bytes.size() + 1);
  const Bytes all = bytes;
  RC_ASSERT(Crc32c().add(all.first(split)).add(all.subspan(split)).finish() == divided(all));
}

}  // namespace
}  // namespace masscan::wire
