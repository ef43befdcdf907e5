#include "engine/deduplicator.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

#include "base/random.h"

namespace masscan::engine {
namespace {

void agrees_with_a_set(std::uint64_t turns) {
  Deduplicator deduplicator = Deduplicator::open(turns).value();
  std::set<std::pair<std::uint64_t, unsigned>> oracle;
  Random random(turns);
  for (int i = 0; i < 200000; ++i) {
    const std::uint64_t turn = turns - 1 - random.below(50000);
    const auto state = static_cast<unsigned>(random.below(4));
    EXPECT_EQ(deduplicator.insert(turn, state), oracle.emplace(turn, state).second);
    const std::uint64_t other = turns - 1 - random.below(60000);
    const auto found = oracle.lower_bound({other, 0});
    EXPECT_EQ(deduplicator.contains(other), found != oracle.end() && found->first == other);
  }
}

TEST(Deduplicator, AgreesWithASetForSmallPlans) { agrees_with_a_set(1 << 20); }
TEST(Deduplicator, AgreesWithASetForHugePlans) { agrees_with_a_set(std::uint64_t{1} << 59); }

TEST(Deduplicator, RemembersAWholeWindowInHugePlans) {
  Deduplicator deduplicator = Deduplicator::open(Deduplicator::kExactTurns + 1).value();
  EXPECT_FALSE(deduplicator.is_exact());
  const std::uint64_t answers = 3 * Deduplicator::kWindow;
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < answers; ++i) {
    if (!deduplicator.insert(i, 1)) ++wrong;
    if (i < Deduplicator::kWindow) continue;
    if (!deduplicator.contains(i - Deduplicator::kWindow + 1)) ++wrong;
  }
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace masscan::engine
