#include "scan/lookahead.h"

#include <algorithm>

namespace masscan::scan {

Lookahead::Lookahead(const Plan& plan, Slice slice)
    : plan_(plan),
      slice_(slice),
      shuffle_(plan.shuffle, plan.instructions),
      cookie_(probe::Cookie(plan.cookie_key), plan.instructions) {
  static_assert(kTurns <= targets::TargetBatch::kMost && kTurns <= targets::ShuffleBatch::kMost &&
                kTurns <= probe::CookieBatch::kMost);
}

TargetRun Lookahead::from(std::uint64_t turn, std::uint64_t most) {
  if (turn - first_ >= targets_.count) fill(turn);
  const auto place = static_cast<std::size_t>(turn - first_);
  const std::size_t count = std::min<std::uint64_t>(targets_.count - place, most);
  return {columns().part(place, count), std::span(cookies_).subspan(place, count)};
}

void Lookahead::fill(std::uint64_t turn) {
  DCHECK(turn < slice_.count());
  first_ = turn;
  const std::uint64_t left = slice_.count() - turn;
  std::array<std::uint64_t, kTurns> memory;
  const auto indexes = std::span(memory).first(std::min<std::uint64_t>(kTurns, left));
  shuffle_(slice_.position(turn), slice_.step(), indexes);
  plan_.space.at(indexes, targets_);
  cookie_(columns(), std::span(cookies_).first(indexes.size()));
}

probe::TargetColumns Lookahead::columns() const {
  return probe::TargetColumns{targets_.families, targets_.high, targets_.low, targets_.ports}.part(
      0, targets_.count);
}

}  // namespace masscan::scan
