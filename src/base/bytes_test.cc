#include "base/bytes.h"

#include <gtest/gtest.h>

#include <array>

namespace masscan {
namespace {

TEST(Bytes, StoresNetworkOrderAndLoadsItBack) {
  std::array<std::byte, 12> buffer{};
  store_be<std::uint32_t>(buffer, 1, 0x0a0b0c0d);
  EXPECT_EQ(std::to_integer<int>(buffer[1]), 0x0a);
  EXPECT_EQ(std::to_integer<int>(buffer[4]), 0x0d);
  EXPECT_EQ(load_be<std::uint32_t>(buffer, 1), 0x0a0b0c0du);
  EXPECT_EQ(load_be<std::uint16_t>(buffer, 2), 0x0b0cu);
  EXPECT_EQ(load_le<std::uint16_t>(buffer, 2), 0x0c0bu);
  store_be<std::uint64_t>(buffer, 4, 0x0102030405060708);
  EXPECT_EQ(load_be<std::uint8_t>(buffer, 11), 8u);
}

}  // namespace
}  // namespace masscan
