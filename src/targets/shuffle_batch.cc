#include "targets/shuffle_batch.h"

#include <array>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace masscan::targets {
namespace {

// Kernels process this many words together, and the remainder one by one.
constexpr std::size_t kChunk = 16;

std::size_t rounded_up(std::size_t count) { return (count + kChunk - 1) / kChunk * kChunk; }

void permute_from(std::size_t first, const Permutation& permutation,
                  std::span<std::uint64_t> words) {
  for (std::size_t i = first; i < words.size(); ++i) words[i] = permutation(words[i]);
}

void permute_scalar(const Permutation& permutation, std::span<std::uint64_t> words) {
  permute_from(0, permutation, words);
}

#if defined(__x86_64__)

constexpr std::size_t kLanes = 4;
// interleaved, to hide the latency of multiplications
constexpr std::size_t kGroups = kChunk / kLanes;

[[gnu::target("avx2")]] inline __m256i all(std::uint64_t x) {
  return _mm256_set1_epi64x(static_cast<long long>(x));
}

// Returns the low 64 bits of x * factor. One multiplication is enough if both are below 2^32.
template <bool is_narrow>
[[gnu::target("avx2")]] inline __m256i multiply(__m256i x, __m256i factor) {
  const __m256i low = _mm256_mul_epu32(x, factor);
  if constexpr (is_narrow) return low;
  const __m256i cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(x, 32), factor),
                                         _mm256_mul_epu32(x, _mm256_srli_epi64(factor, 32)));
  return _mm256_add_epi64(low, _mm256_slli_epi64(cross, 32));
}

template <bool is_narrow>
[[gnu::target("avx2")]] void permute_avx2(const Permutation& permutation,
                                          std::span<std::uint64_t> words) {
  const __m256i mask = all(permutation.mask);
  const __m128i shift = _mm_cvtsi32_si128(permutation.shift);
  std::size_t first = 0;
  for (; first + kChunk <= words.size(); first += kChunk) {
    auto* const at = reinterpret_cast<__m256i*>(words.data() + first);
    __m256i groups[kGroups] = {_mm256_loadu_si256(at), _mm256_loadu_si256(at + 1),
                               _mm256_loadu_si256(at + 2), _mm256_loadu_si256(at + 3)};
    for (const Permutation::Round& round : permutation.rounds) {
      const __m256i key = all(round.key);
      const __m256i factor = all(round.multiplier & permutation.mask);
      for (__m256i& x : groups) {
        x = _mm256_and_si256(multiply<is_narrow>(_mm256_xor_si256(x, key), factor), mask);
        x = _mm256_xor_si256(x, _mm256_srl_epi64(x, shift));
      }
    }
    for (std::size_t i = 0; i < kGroups; ++i) _mm256_storeu_si256(at + i, groups[i]);
  }
  permute_from(first, permutation, words);
}

#endif

}  // namespace

ShuffleBatch::ShuffleBatch(const Shuffle& shuffle, InstructionSet instructions)
    : size_(shuffle.size()),
      permutation_(shuffle.permutation()),
      permute_(choose(permutation_, instructions)) {}

ShuffleBatch::Kernel ShuffleBatch::choose([[maybe_unused]] const Permutation& permutation,
                                          [[maybe_unused]] InstructionSet instructions) {
#if defined(__x86_64__)
  const bool is_narrow = permutation.mask >> 32 == 0;
  if (instructions == InstructionSet::kAvx2) {
    return is_narrow ? permute_avx2<true> : permute_avx2<false>;
  }
#endif
  return permute_scalar;
}

// All walks step together. The unfinished ones are compacted before the next step, which leaves
// half of them on average.
void ShuffleBatch::operator()(std::uint64_t first, std::uint64_t step,
                              std::span<std::uint64_t> indexes) const {
  static_assert(kMost % kChunk == 0);
  DCHECK(indexes.size() <= kMost);
  for (std::size_t i = 0; i < indexes.size(); ++i) indexes[i] = first + i * step;
  permute_(permutation_, indexes);

  std::array<std::uint64_t, kMost> walking{};
  std::array<std::uint16_t, kMost> places;  // positions in `indexes`
  std::size_t count = 0;
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    walking[count] = indexes[i];
    places[count] = static_cast<std::uint16_t>(i);
    count += indexes[i] >= size_ ? 1 : 0;
  }
  while (count > 0) {
    permute_(permutation_, std::span(walking).first(rounded_up(count)));
    std::size_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t index = walking[i];
      const std::uint16_t place = places[i];
      indexes[place] = index;
      walking[left] = index;
      places[left] = place;
      left += index >= size_ ? 1 : 0;
    }
    count = left;
  }
}

}  // namespace masscan::targets
