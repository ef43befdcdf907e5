// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012): a keyed hash whose
// values an observer cannot forge. It computes cookies and source ports, and it hashes tables that
// remote hosts can fill. Inputs are whole 64-bit words, hashed as little-endian bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace masscan {

struct SipKey {
  std::uint64_t low = 0;   // bytes 0-7 of the key, little-endian
  std::uint64_t high = 0;  // bytes 8-15

  constexpr bool operator==(const SipKey&) const = default;
};

class SipHash {
 public:
  constexpr explicit SipHash(SipKey key)
      : v0_(key.low ^ 0x736f6d6570736575),
        v1_(key.high ^ 0x646f72616e646f6d),
        v2_(key.low ^ 0x6c7967656e657261),
        v3_(key.high ^ 0x7465646279746573) {}

  constexpr SipHash& add(std::uint64_t word) {
    v3_ ^= word;
    round();
    round();
    v0_ ^= word;
    ++words_;
    return *this;
  }

  constexpr std::uint64_t finish() {
    add(static_cast<std::uint64_t>(words_ * 8) << 56);
    v2_ ^= 0xff;
    for (int i = 0; i < 4; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  constexpr void round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  std::uint64_t v0_, v1_, v2_, v3_;
  std::uint32_t words_ = 0;
};

template <typename... Words>
constexpr std::uint64_t siphash(SipKey key, Words... words) {
  SipHash hash(key);
  (hash.add(static_cast<std::uint64_t>(words)), ...);
  return hash.finish();
}

}  // namespace masscan
