// Decides how long a refused frame is tried again. A refusal (ENOBUFS, and EPERM on a raw socket)
// has either a temporary cause (a full queue, no memory) or a permanent one: a firewall rule drops
// the frame. The error does not tell which.
//
// A frame is given up when it has been refused for some time, and only if other frames left
// meanwhile; if none did, the link is blocked and all frames stay queued. The time gets shorter
// with each frame given up, because a rule that drops one frame drops many. If a frame leaves after
// refusals, the queue was full, and the limit becomes four times as long as that took. From time to
// time the frames behind a refused one are tried too, so that a rule does not block frames that it
// accepts.
// Owner: one sender.
// Thread: the sender's.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "base/time.h"

namespace masscan::nic {

class RefusalTimeout {
 public:
  // For queues of the kernel behind firewall rules.
  static constexpr Duration kForRules = 1s;
  // For a driver's queue: the kernel resets a blocked one within this time.
  static constexpr Duration kForDrivers = 10s;
  static constexpr Duration kShortest = 1ms;
  static constexpr Duration kLooksPastEvery = 20ms;

  // `longest` is the limit for the first frame.
  explicit RefusalTimeout(Duration longest) : longest_(longest), limit_(longest) {}

  // The oldest frame was refused with this errno. Returns true if it is to be given up.
  bool is_over(int error) {
    // The frame is too long for the interface or has no route: a permanent error.
    if (error == EMSGSIZE || error == ENETUNREACH || error == EHOSTUNREACH) {
      passed_ -= passed_ > 0 ? 1 : 0;
      return true;
    }
    if (error == EAGAIN) return false;  // the socket's buffer empties with the queue behind it
    return on_refusal(now());
  }
  // For any other errno.
  bool on_refusal(Instant now) {
    if (!is_blocked_) blocked_since_ = now;
    if (!is_retried_) refused_since_ = now;
    is_blocked_ = is_retried_ = true;
    if (now - refused_since_ < limit_ || passed_ == 0) return false;
    --passed_;
    is_retried_ = false;
    limit_ = std::max(limit_ / 2, kShortest);
    return true;
  }

  // After a refusal: true if the frames behind the oldest one are to be tried now.
  bool looks_past(Instant now) {
    const bool is_due = now - std::max(blocked_since_, looked_past_at_) >= kLooksPastEvery;
    if (is_due) looked_past_at_ = now;
    return is_due;
  }
  // The `refused` oldest frames were tried and refused. `has_left`: another frame was accepted
  // meanwhile. Time in which none is accepted does not count.
  void on_look(std::size_t refused, bool has_left) {
    passed_ = has_left ? refused : 0;
    if (!has_left) refused_since_ = std::max(refused_since_, looked_past_at_);
  }

  // True if on_sent needs the time.
  bool is_blocked() const { return is_blocked_; }
  // The oldest frame was sent.
  void on_sent(Instant now) {
    constexpr int kAllowance = 4;
    if (is_retried_) limit_ = std::clamp(kAllowance * (now - blocked_since_), limit_, longest_);
    is_blocked_ = is_retried_ = false;
    passed_ = 0;
  }

 private:
  Duration longest_;
  Duration limit_;
  Instant blocked_since_{};  // nothing was sent since then
  Instant refused_since_{};  // of the oldest frame, while others may be sent
  Instant looked_past_at_{};
  std::size_t passed_ = 0;  // number of the oldest frames that were refused while others were sent
  bool is_blocked_ = false;
  bool is_retried_ = false;  // the oldest frame was refused
};

}  // namespace masscan::nic
