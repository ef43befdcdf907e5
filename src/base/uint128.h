// 128-bit unsigned numbers: IPv6 addresses and counts of them.
#pragma once

#include <cstdint>
#include <string>

namespace masscan {

__extension__ using Uint128 = unsigned __int128;

constexpr Uint128 make_uint128(std::uint64_t high, std::uint64_t low) {
  return (static_cast<Uint128>(high) << 64) | low;
}
constexpr std::uint64_t high64(Uint128 value) { return static_cast<std::uint64_t>(value >> 64); }
constexpr std::uint64_t low64(Uint128 value) { return static_cast<std::uint64_t>(value); }

// Returns decimal digits.
std::string to_string(Uint128 value);

}  // namespace masscan
