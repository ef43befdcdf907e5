#include "engine/target_prefetch.h"

#include <algorithm>

namespace masscan::engine {

TargetPrefetch::TargetPrefetch(const Plan& plan, WorkerShare worker_share)
    : plan_(plan),
      worker_share_(worker_share),
      shuffle_(plan.shuffle, plan.instructions),
      cookie_(probe::Cookie(plan.cookie_key), plan.instructions) {
  static_assert(kTurns <= targets::TargetBatch::kMost && kTurns <= targets::ShuffleBatch::kMost &&
                kTurns <= probe::CookieBatch::kMost);
}

TargetSpan TargetPrefetch::from(std::uint64_t turn, std::uint64_t most) {
  if (turn - first_ >= targets_.count) fill(turn);
  const auto place = static_cast<std::size_t>(turn - first_);
  const std::size_t count = std::min<std::uint64_t>(targets_.count - place, most);
  return {columns().part(place, count), std::span(cookies_).subspan(place, count)};
}

void TargetPrefetch::fill(std::uint64_t turn) {
  DCHECK(turn < worker_share_.count());
  first_ = turn;
  const std::uint64_t left = worker_share_.count() - turn;
  std::array<std::uint64_t, kTurns> memory;
  const auto indexes = std::span(memory).first(std::min<std::uint64_t>(kTurns, left));
  shuffle_(worker_share_.position(turn), worker_share_.step(), indexes);
  plan_.space.at(indexes, targets_);
  cookie_(columns(), std::span(cookies_).first(indexes.size()));
}

probe::TargetColumns TargetPrefetch::columns() const {
  return probe::TargetColumns{targets_.families, targets_.high, targets_.low, targets_.ports}.part(
      0, targets_.count);
}

}  // namespace masscan::engine
