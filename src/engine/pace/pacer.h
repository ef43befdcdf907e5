// Computes how many frames may be sent so that the rate is exact and smooth.
//
// Every frame has a due time, one interval after the previous one (the generic cell rate
// algorithm). After a delay a worker catches up at kCatchUpFactor times the rate, without a burst.
// Frames more than kHeldUp late are sent at once; each time, this threshold is halved, and it
// recovers over 4,096 punctual calls. Frames more than kMaxLag late are never sent: after a pause
// the scan continues at its rate.
// Thread: the worker's. Reads no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/time.h"

namespace masscan::engine {

class Pacer {
 public:
  static constexpr double kUnlimited = std::numeric_limits<double>::infinity();
  static constexpr double kCatchUpFactor = 1.125;
  static constexpr Duration kHeldUp = 6ms;
  static constexpr Duration kMaxLag = 10ms;
  // The largest burst: the frames of this duration at the catch-up rate. A worker that sleeps less
  // than this between batches keeps the rate.
  static constexpr Duration kBurst = 250us;
  // Frames that become due within this time are sent in one batch. Sleeps last slightly longer than
  // requested.
  static constexpr Duration kBatch = kBurst / 2;

  // Frames per second.
  explicit Pacer(double rate_pps);

  // Returns how many frames may be sent at `now`, at most `most`.
  std::size_t available(Instant now, std::size_t most);
  // Records the frames sent or submitted after the last `available`. `has_more`: further frames
  // only wait for their due time.
  void spend(std::size_t frames, bool has_more);
  // Number of frames that the worker had ready but was too late to send within kMaxLag.
  std::uint64_t missed() const { return missed_; }
  // Returns when the next frame may be sent; not after `now` if one may be sent already.
  Instant next_due() const;
  // Returns when frames that are ready at `ready` should be sent.
  Instant send_at(Instant ready, Instant now) const;

  // Changes the rate from `now` on. Time that has passed since the last due time counts at the old
  // rate.
  void set_rate(double rate_pps, Instant now);
  // Drops the frames that became due before `now`.
  void drop_overdue(Instant now);

 private:
  // Due times at even intervals. The next one is `offset_ns_` after `origin_`: a double alone
  // cannot hold months in nanoseconds with fractions.
  class DueTimes {
   public:
    // Returns how late the next frame is, in ns; negative before its due time.
    double late_ns(Instant now) const;
    Instant next() const;
    void advance(double ns);
    void restart(Instant now, double late_ns);

   private:
    Instant origin_{};
    double offset_ns_ = 0;
  };

  bool is_limited() const { return interval_ns_ > 0; }
  // Returns the frames that are too late for a smooth catch-up, and adapts the threshold.
  double overdue_frames(double late_ns, Duration nap);

  double interval_ns_;
  DueTimes due_;       // at the rate
  DueTimes catch_up_;  // at kCatchUpFactor times the rate, at most kBurst late
  double held_up_ns_;  // the threshold: kHeldUp or less
  Instant moment_{};   // of the last `available`
  bool started_ = false;
  std::size_t granted_ = 0;  // by the last `available`
  bool is_busy_ = false;     // all of them were sent, and there are more
  std::uint64_t missed_ = 0;
};

}  // namespace masscan::engine
