#include "base/siphash_batch.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace masscan {

namespace {

void hash_from(std::size_t first, SipKey key, std::span<const std::uint64_t* const> columns,
               std::span<std::uint64_t> hashes) {
  for (std::size_t i = first; i < hashes.size(); ++i) {
    SipHash hash(key);
    for (const std::uint64_t* column : columns) hash.add(column[i]);
    hashes[i] = hash.finish();
  }
}

void hash_scalar(SipKey key, std::span<const std::uint64_t* const> columns,
                 std::span<std::uint64_t> hashes) {
  hash_from(0, key, columns, hashes);
}

#if defined(__x86_64__)

// SipHash states of four messages per register. Two registers are processed alternately, because
// the rounds of one do not depend on those of the other.
constexpr std::size_t kLanes = 4;
constexpr std::size_t kStates = 2;

struct State {
  __m256i v0, v1, v2, v3;
};
struct Words {
  __m256i of[kStates];  // indexed by state
};

[[gnu::target("avx2")]] inline __m256i all(std::uint64_t x) {
  return _mm256_set1_epi64x(static_cast<long long>(x));
}

template <int bits>
[[gnu::target("avx2")]] inline __m256i rotate(__m256i x) {
  return _mm256_or_si256(_mm256_slli_epi64(x, bits), _mm256_srli_epi64(x, 64 - bits));
}

[[gnu::target("avx2")]] inline __m256i rotate_16(__m256i x) {
  return _mm256_shuffle_epi8(
      x, _mm256_setr_epi8(6, 7, 0, 1, 2, 3, 4, 5, 14, 15, 8, 9, 10, 11, 12, 13, 6, 7, 0, 1, 2, 3, 4,
                          5, 14, 15, 8, 9, 10, 11, 12, 13));
}

[[gnu::target("avx2")]] inline __m256i rotate_32(__m256i x) {
  return _mm256_shuffle_epi32(x, _MM_SHUFFLE(2, 3, 0, 1));
}

[[gnu::target("avx2")]] inline void round(State& s) {
  s.v0 = _mm256_add_epi64(s.v0, s.v1);
  s.v2 = _mm256_add_epi64(s.v2, s.v3);
  s.v1 = _mm256_xor_si256(rotate<13>(s.v1), s.v0);
  s.v3 = _mm256_xor_si256(rotate_16(s.v3), s.v2);
  s.v0 = _mm256_add_epi64(rotate_32(s.v0), s.v3);
  s.v2 = _mm256_add_epi64(s.v2, s.v1);
  s.v3 = _mm256_xor_si256(rotate<21>(s.v3), s.v0);
  s.v1 = _mm256_xor_si256(rotate<17>(s.v1), s.v2);
  s.v2 = rotate_32(s.v2);
}

[[gnu::target("avx2")]] inline void add(State (&states)[kStates], const Words& words) {
  for (std::size_t i = 0; i < kStates; ++i) {
    states[i].v3 = _mm256_xor_si256(states[i].v3, words.of[i]);
  }
  for (int n = 0; n < 2; ++n) {
    for (State& state : states) round(state);
  }
  for (std::size_t i = 0; i < kStates; ++i) {
    states[i].v0 = _mm256_xor_si256(states[i].v0, words.of[i]);
  }
}

[[gnu::target("avx2")]] void hash_avx2(SipKey key, std::span<const std::uint64_t* const> columns,
                                       std::span<std::uint64_t> hashes) {
  const State fresh{all(key.low ^ 0x736f6d6570736575), all(key.high ^ 0x646f72616e646f6d),
                    all(key.low ^ 0x6c7967656e657261), all(key.high ^ 0x7465646279746573)};
  const __m256i length = all(static_cast<std::uint64_t>(columns.size() * 8) << 56);
  std::size_t first = 0;
  for (; first + kStates * kLanes <= hashes.size(); first += kStates * kLanes) {
    State states[kStates] = {fresh, fresh};
    for (const std::uint64_t* column : columns) {
      const auto* words = reinterpret_cast<const __m256i*>(column + first);
      add(states, {{_mm256_loadu_si256(words), _mm256_loadu_si256(words + 1)}});
    }
    add(states, {{length, length}});
    for (State& state : states) state.v2 = _mm256_xor_si256(state.v2, all(0xff));
    for (int n = 0; n < 4; ++n) {
      for (State& state : states) round(state);
    }
    auto* results = reinterpret_cast<__m256i*>(hashes.data() + first);
    for (const State& s : states) {
      _mm256_storeu_si256(
          results++, _mm256_xor_si256(_mm256_xor_si256(s.v0, s.v1), _mm256_xor_si256(s.v2, s.v3)));
    }
  }
  hash_from(first, key, columns, hashes);
}

#endif

}  // namespace

SipHashBatch siphash_batch([[maybe_unused]] InstructionSet instructions) {
#if defined(__x86_64__)
  if (instructions == InstructionSet::kAvx2) return hash_avx2;
#endif
  return hash_scalar;
}

}  // namespace masscan
