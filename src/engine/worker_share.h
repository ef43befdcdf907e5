// One worker's part of a shard: every step-th position from the first one on.
//
// Shard X of Y has positions X-1, X-1+Y, ...; worker w of n has every n-th of those. So shards and
// workers are disjoint and complete, whatever the rate, the retries and the number of interfaces.
// Within a share positions are numbered from 0: these are the worker's turns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/uint128.h"
#include "targets/shard.h"

namespace masscan::engine {

class WorkerShare {
 public:
  static constexpr std::uint64_t kNoTurn = ~std::uint64_t{0};

  // `size` is the number of positions of the plan.
  WorkerShare(std::uint64_t size, const targets::Shard& shard, unsigned worker, unsigned workers)
      : worker_(worker), workers_(workers) {
    const Uint128 first = Uint128{shard.number - 1} + Uint128{shard.count} * worker;
    const Uint128 step = Uint128{shard.count} * workers;
    if (first >= size) return;
    first_ = static_cast<std::uint64_t>(first);
    // A larger step has the same effect as `size`, which fits into 64 bits.
    step_ = step > size ? size : static_cast<std::uint64_t>(step);
    count_ = (size - first_ - 1) / step_ + 1;
  }

  std::uint64_t count() const { return count_; }
  // Returns how many of this worker's turns come before a turn of the shard.
  std::uint64_t before(std::uint64_t shard_turn) const {
    if (shard_turn <= worker_) return 0;
    return std::min(count_, (shard_turn - worker_ - 1) / workers_ + 1);
  }
  // Returns the shard turn before which this worker is done, once `turn` of its turns are done.
  std::uint64_t shard_turn(std::uint64_t turn) const {
    return turn >= count_ ? kNoTurn : turn * workers_ + worker_;
  }
  std::uint64_t position(std::uint64_t turn) const { return first_ + turn * step_; }
  // The distance between the positions of consecutive turns.
  std::uint64_t step() const { return step_; }
  // Returns the turn at a position; nullopt if it belongs to another worker or shard.
  std::optional<std::uint64_t> turn(std::uint64_t position) const {
    if (position < first_ || (position - first_) % step_ != 0) return std::nullopt;
    const std::uint64_t turn = (position - first_) / step_;
    return turn < count_ ? std::optional(turn) : std::nullopt;
  }

 private:
  std::uint64_t worker_;
  std::uint64_t workers_;
  std::uint64_t first_ = 0;
  std::uint64_t step_ = 1;
  std::uint64_t count_ = 0;
};

}  // namespace masscan::engine
