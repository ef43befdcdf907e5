#include "base/siphash_batch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace masscan {
namespace {

using Columns = std::vector<std::vector<std::uint64_t>>;

std::vector<std::uint64_t> hashes_of(const Columns& columns, SipKey key, std::size_t count) {
  std::vector<std::uint64_t> hashes;
  for (std::size_t i = 0; i < count; ++i) {
    SipHash hash(key);
    for (const auto& column : columns) hash.add(column[i]);
    hashes.push_back(hash.finish());
  }
  return hashes;
}

TEST(SipHashBatch, IsSipHashOfEachMessageWithEveryInstructionSet) {
  constexpr std::uint64_t kSeed = 1;
  Random random(kSeed);
  for (std::size_t words = 0; words <= 5; ++words) {
    for (std::size_t count = 0; count <= 70; ++count) {
      const SipKey key{random.next(), random.next()};
      Columns columns(words, std::vector<std::uint64_t>(count));
      std::vector<const std::uint64_t*> pointers;
      for (auto& column : columns) {
        std::ranges::generate(column, [&] { return random.next(); });
        pointers.push_back(column.data());
      }
      for (const InstructionSet set : instruction_sets()) {
        std::vector<std::uint64_t> hashes(count);
        siphash_batch(set)(key, pointers, hashes);
        ASSERT_EQ(hashes, hashes_of(columns, key, count))
            << words << " words, " << count << " messages, instruction set "
            << static_cast<int>(set) << ", seed " << kSeed;
      }
    }
  }
}

}  // namespace
}  // namespace masscan
