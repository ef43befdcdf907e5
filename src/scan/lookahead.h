// The targets of the turns ahead and their cookies, computed a batch at a time. It is a pure
// function of the plan: whoever asks for the same turn gets the same target, in whatever order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "probe/cookie_batch.h"
#include "scan/plan.h"
#include "scan/slice.h"
#include "targets/shuffle_batch.h"
#include "targets/target_batch.h"

namespace masscan::scan {

// The targets of consecutive turns. Borrowed from a Lookahead, until it is asked again.
struct TargetRun {
  probe::TargetColumns targets;
  std::span<const std::uint64_t> cookies;

  std::size_t count() const { return cookies.size(); }
  TargetRun part(std::size_t first, std::size_t length) const {
    return {targets.part(first, length), cookies.subspan(first, length)};
  }
  net::IpAddress address(std::size_t i) const {
    return net::IpAddress(targets.families[i], targets.high[i], targets.low[i]);
  }
};

class Lookahead {
 public:
  // `plan` must outlive it.
  Lookahead(const Plan& plan, Slice slice);

  // At least one and at most `most` turns from `turn` on, all of which the slice has.
  TargetRun from(std::uint64_t turn, std::uint64_t most);

 private:
  static constexpr std::size_t kTurns = 256;

  void fill(std::uint64_t turn);
  probe::TargetColumns columns() const;

  const Plan& plan_;
  Slice slice_;
  targets::ShuffleBatch shuffle_;
  probe::CookieBatch cookie_;
  std::uint64_t first_ = 0;  // the turn of the first target
  targets::TargetBatch targets_;
  std::array<std::uint64_t, kTurns> cookies_;
};

}  // namespace masscan::scan
