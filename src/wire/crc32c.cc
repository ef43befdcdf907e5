#include "wire/crc32c.h"

#include <array>
#include <cstddef>

namespace masscan::wire {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // reflected
constexpr std::size_t kStep = 8;                   // bytes at once

// Row k has the remainder of each byte with k zero bytes behind it.
using Remainders = std::array<std::array<std::uint32_t, 256>, kStep>;

constexpr Remainders kRemainders = [] {
  Remainders rows{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) {
      remainder = remainder >> 1 ^ ((remainder & 1) != 0 ? kPolynomial : 0);
    }
    rows[0][byte] = remainder;
  }
  for (std::size_t k = 1; k < kStep; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t shorter = rows[k - 1][byte];
      rows[k][byte] = shorter >> 8 ^ rows[0][shorter & 0xff];
    }
  }
  return rows;
}();

}  // namespace

// A remainder is linear in the bytes: eight look-ups that do not wait for each other ("slicing by
// eight", Kounavis and Berry 2005).
Crc32c& Crc32c::add(Bytes bytes) {
  for (; bytes.size() >= kStep; bytes = bytes.subspan(kStep)) {
    const std::uint64_t word = load_le<std::uint64_t>(bytes) ^ remainder_;
    remainder_ = 0;
    for (std::size_t i = 0; i < kStep; ++i) {
      remainder_ ^= kRemainders[kStep - 1 - i][word >> 8 * i & 0xff];
    }
  }
  for (const std::byte byte : bytes) {
    const auto index = (remainder_ ^ std::to_integer<std::uint32_t>(byte)) & 0xff;
    remainder_ = remainder_ >> 8 ^ kRemainders[0][index];
  }
  return *this;
}

}  // namespace masscan::wire
