// How many frames may leave now so that the rate is exact, smooth and never made up for.
//
// Every frame has a due time, one interval after the previous one (the generic cell rate
// algorithm). A worker that was held up for a moment sends what became due meanwhile, but never
// more than kMaxLag's worth: after a pause the scan goes on at its rate, without a burst.
// One per worker; time is handed in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace masscan::scan {

class Pacer {
 public:
  static constexpr Duration kMaxLag = 10ms;

  // Frames per second; infinity means no limit at all.
  explicit Pacer(double rate_pps);

  // Frames that are due at `now`, at most `most`.
  std::size_t available(Instant now, std::size_t most);
  // Frames that left (or were handed over to leave) at the last `available`.
  void spend(std::size_t frames);
  // Frames that will never be made up for, because we came too late although nothing held them up.
  std::uint64_t missed() const { return missed_; }
  // When the next frame is due; not after `now` if one is due already.
  Instant next_due() const;

  // From `now` on. The part of a frame that has become due by then counts, at the old rate.
  void set_rate(double rate_pps, Instant now);
  // What became due before `now` and did not leave never will.
  void forgive(Instant now);

 private:
  bool is_limited() const { return interval_ns_ > 0; }

  double interval_ns_;
  // The next frame is due `offset_ns_` after `origin_`: a double alone could not hold months of
  // nanoseconds and their fractions.
  Instant origin_{};
  double offset_ns_ = 0;
  bool started_ = false;
  std::size_t granted_ = 0;  // by the last `available`
  bool is_busy_ = false;     // all of it was spent
  std::uint64_t missed_ = 0;
};

}  // namespace masscan::scan
