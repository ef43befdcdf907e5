// How many frames may leave now so that the rate is exact and smooth.
//
// Every frame has a due time, one interval after the previous one (the generic cell rate
// algorithm). A worker that was held up for a moment makes up for it a little faster than the rate,
// by kHaste, so that not even a millisecond sees a burst. One that is held up again and again, on a
// machine that has too much to do, cannot: what is more than kHeldUp late leaves at once, and the
// more often that happens, the less late it need be. What is more than kMaxLag late never leaves:
// after a pause the scan goes on at its rate.
// One per worker; time is handed in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace masscan::engine {

class Pacer {
 public:
  static constexpr double kCatchUpFactor = 1.125;
  static constexpr Duration kHeldUp = 6ms;
  static constexpr Duration kMaxLag = 10ms;
  // What may leave at one moment: that much time's worth, at the hasty rate. Who sleeps less than
  // this between two batches keeps up.
  static constexpr Duration kBurst = 250us;

  // Frames per second; infinity means no limit at all.
  explicit Pacer(double rate_pps);

  // Frames that may leave at `now`, at most `most`.
  std::size_t available(Instant now, std::size_t most);
  // Frames that left (or were handed over to leave) at the last `available`; `has_more`: others
  // wait for nothing but their time.
  void spend(std::size_t frames, bool has_more);
  // Frames that will never be made up for, because we came too late although they were there and
  // nothing held them up.
  std::uint64_t missed() const { return missed_; }
  // When the next frame may leave; not after `now` if one may already.
  Instant next_due() const;

  // From `now` on. The part of a frame that has become due by then counts, at the old rate.
  void set_rate(double rate_pps, Instant now);
  // What became due before `now` and did not leave never will.
  void forgive(Instant now);

 private:
  // The due times of frames at even distances. The next one is `offset_ns_` after `origin_`: a
  // double alone could not hold months of nanoseconds and their fractions.
  class DueTimes {
   public:
    // Negative: it is not due yet.
    double late_ns(Instant now) const;
    Instant next() const;
    void advance(double ns);
    void restart(Instant now, double late_ns);

   private:
    Instant origin_{};
    double offset_ns_ = 0;
  };

  bool is_limited() const { return interval_ns_ > 0; }
  // Frames that are too late to be made up for smoothly; and learns how late that is.
  double leave_at_once(double late_ns, Duration nap);

  double interval_ns_;
  DueTimes due_;       // at the rate
  DueTimes hasty_;     // at kHaste of it, never more than kBurst late
  double held_up_ns_;  // what is later leaves at once: kHeldUp, or less
  Instant moment_{};   // of the last `available`
  bool started_ = false;
  std::size_t granted_ = 0;  // by the last `available`
  bool is_busy_ = false;     // all of it was spent, and more is there
  std::uint64_t missed_ = 0;
};

}  // namespace masscan::engine
