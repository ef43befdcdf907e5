#include "engine/deduplicator.h"

#include <algorithm>

namespace masscan::engine {

namespace {

constexpr std::size_t kTableSlots = 2 * Deduplicator::kWindow;
constexpr int kStateBits = 4;

// Spreads consecutive turns, whose replies often arrive together.
std::size_t hash(std::uint64_t turn) {
  return static_cast<std::size_t>(turn * 0x9e3779b97f4a7c15 >> 20) % kTableSlots;
}

}  // namespace

Result<Deduplicator> Deduplicator::open(std::uint64_t turns) {
  const bool is_exact = is_exact_for(turns);
  const std::size_t size = is_exact ? turns / 2 + 1 : 2 * kTableSlots * sizeof(std::uint64_t);
  return Deduplicator(TRY(MappedMemory::anonymous(size)), is_exact);
}

// Returns the slot of the turn, or the empty one where it belongs. A word is (turn + 1) << 4 |
// states, so that 0 is empty.
std::uint64_t* Deduplicator::slot(std::size_t table, std::uint64_t turn) const {
  std::uint64_t* const slots = memory_.as<std::uint64_t>().data() + table * kTableSlots;
  std::size_t i = hash(turn);
  while (slots[i] != 0 && slots[i] >> kStateBits != turn + 1) i = (i + 1) % kTableSlots;
  return &slots[i];
}

std::uint8_t Deduplicator::find(std::uint64_t turn) const {
  if (is_exact_) {
    const auto both = std::to_integer<unsigned>(memory_.bytes()[turn / 2]);
    return both >> (turn % 2 * kStateBits) & 0xf;
  }
  return (*slot(0, turn) | *slot(1, turn)) & 0xf;
}

bool Deduplicator::contains(std::uint64_t turn) const { return find(turn) != 0; }

bool Deduplicator::contains(std::uint64_t turn, unsigned state) const {
  return (find(turn) & 1u << state) != 0;
}

bool Deduplicator::insert(std::uint64_t turn, unsigned state) {
  const unsigned bit = 1u << state;
  if ((find(turn) & bit) != 0) return false;
  if (is_exact_) {
    memory_.bytes()[turn / 2] |= static_cast<std::byte>(bit << (turn % 2 * kStateBits));
    return true;
  }
  std::uint64_t* word = slot(current_, turn);
  if (*word == 0 && ++used_ > kWindow) {
    current_ = 1 - current_;
    used_ = 1;
    const auto older = memory_.as<std::uint64_t>().subspan(current_ * kTableSlots, kTableSlots);
    std::fill(older.begin(), older.end(), 0);
    word = slot(current_, turn);
  }
  *word |= (turn + 1) << kStateBits | bit;
  return true;
}

}  // namespace masscan::engine
