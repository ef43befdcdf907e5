// A value that one thread writes while another reads it. Each 64-bit word is consistent; the words
// may be from slightly different moments. For progress, not for decisions.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "net/ip_address.h"

namespace masscan::engine {

// An optional address as 64-bit words, for Published.
struct AddressWords {
  std::uint64_t is_there = 0;
  std::uint64_t is_v6 = 0;
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  AddressWords() = default;
  explicit AddressWords(const std::optional<net::IpAddress>& from)
      : is_there(from ? 1 : 0),
        is_v6(from && from->is_v6() ? 1 : 0),
        high(from ? from->high() : 0),
        low(from ? from->low() : 0) {}
  std::optional<net::IpAddress> address() const {
    if (is_there == 0) return std::nullopt;
    return net::IpAddress(is_v6 != 0 ? net::Family::kIpv6 : net::Family::kIpv4, high, low);
  }
};

template <typename T>
class Published {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(std::uint64_t) == 0);
  using Words = std::array<std::uint64_t, sizeof(T) / sizeof(std::uint64_t)>;

 public:
  void store(const T& value) {
    const auto words = std::bit_cast<Words>(value);
    for (std::size_t i = 0; i < words.size(); ++i) {
      words_[i].store(words[i], std::memory_order_relaxed);
    }
  }

  T load() const {
    Words words;
    for (std::size_t i = 0; i < words.size(); ++i) {
      words[i] = words_[i].load(std::memory_order_relaxed);
    }
    return std::bit_cast<T>(words);
  }

 private:
  std::array<std::atomic<std::uint64_t>, sizeof(T) / sizeof(std::uint64_t)> words_{};
};

}  // namespace masscan::engine
