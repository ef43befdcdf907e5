// Reads and writes numbers in byte buffers. Everywhere else numbers are in host order; the byte
// order of a packet or file appears only in calls of these functions.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "base/check.h"

namespace masscan {

static_assert(std::endian::native == std::endian::little, "big-endian hosts are not supported");

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

template <std::unsigned_integral T>
constexpr T byte_swap(T value) {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

template <std::unsigned_integral T>
T load_le(Bytes from, std::size_t offset = 0) {
  DCHECK(offset + sizeof(T) <= from.size());
  T value;
  std::memcpy(&value, from.data() + offset, sizeof value);
  return value;
}

template <std::unsigned_integral T>
T load_be(Bytes from, std::size_t offset = 0) {
  return byte_swap(load_le<T>(from, offset));
}

template <std::unsigned_integral T>
void store_le(MutableBytes to, std::size_t offset, T value) {
  DCHECK(offset + sizeof(T) <= to.size());
  std::memcpy(to.data() + offset, &value, sizeof value);
}

template <std::unsigned_integral T>
void store_be(MutableBytes to, std::size_t offset, T value) {
  store_le<T>(to, offset, byte_swap(value));
}

inline Bytes as_bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace masscan
