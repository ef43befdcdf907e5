// Computes the targets of the next turns and their cookies, a batch at a time. A turn has the same
// target in every call: the result depends on the plan alone.
// Owner: Prober. Thread: the worker's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/plan.h"
#include "engine/worker_share.h"
#include "probe/cookie_batch.h"
#include "targets/shuffle_batch.h"
#include "targets/target_batch.h"

namespace masscan::engine {

// The targets of consecutive turns.
// Valid until: the next call of TargetPrefetch::from.
struct TargetSpan {
  probe::TargetColumns targets;
  std::span<const std::uint64_t> cookies;

  std::size_t count() const { return cookies.size(); }
  TargetSpan part(std::size_t first, std::size_t length) const {
    return {targets.part(first, length), cookies.subspan(first, length)};
  }
  net::IpAddress address(std::size_t i) const {
    return net::IpAddress(targets.families[i], targets.high[i], targets.low[i]);
  }
};

class TargetPrefetch {
 public:
  // `plan` must outlive it.
  TargetPrefetch(const Plan& plan, WorkerShare worker_share);

  // Returns at least one and at most `most` turns from `turn` on.
  // REQUIRES: the share has all of them.
  TargetSpan from(std::uint64_t turn, std::uint64_t most);

 private:
  static constexpr std::size_t kTurns = 256;

  void fill(std::uint64_t turn);
  probe::TargetColumns columns() const;

  const Plan& plan_;
  WorkerShare worker_share_;
  targets::ShuffleBatch shuffle_;
  probe::CookieBatch cookie_;
  std::uint64_t first_ = 0;  // the turn of the first target
  targets::TargetBatch targets_;
  std::array<std::uint64_t, kTurns> cookies_;
};

}  // namespace masscan::engine
