// How long a frame that the kernel refuses is tried again. A refusal (ENOBUFS, to a raw socket
// EPERM) does not say whether a queue is full or memory short, which passes, or a rule of the
// administrator's drops the frame, which does not.
//
// So a frame is given up when it has been refused for a while, a shorter one each time, for a rule
// that drops one frame drops many; and only if others left meanwhile. Where none does, the link
// takes nothing, and all frames stay. Where a frame leaves after it was refused, the queue was
// full, and frames get four times as long as that has taken. Now and then those behind it are tried
// too: what a rule drops must not hold up what it lets pass. Belongs to one sender; its thread.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "base/time.h"

namespace masscan::nic {

class RefusalTimeout {
 public:
  // For queues of the kernel's, which rules stand before.
  static constexpr Duration kForRules = 1s;
  // For a driver's queue: one that is stuck is reset by the kernel within this.
  static constexpr Duration kForDrivers = 10s;
  static constexpr Duration kShortest = 1ms;
  static constexpr Duration kLooksPastEvery = 20ms;

  // Of the first frame.
  explicit RefusalTimeout(Duration longest) : longest_(longest), limit_(longest) {}

  // The oldest frame was refused, with this errno. True: it is to be given up.
  bool is_over(int error) {
    // Longer than the interface takes, or without a way: that does not pass.
    if (error == EMSGSIZE || error == ENETUNREACH || error == EHOSTUNREACH) {
      passed_ -= passed_ > 0 ? 1 : 0;
      return true;
    }
    if (error == EAGAIN) return false;  // the socket's buffer empties with the queue behind it
    return on_refusal(now());
  }
  // With any other errno.
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

  // Behind a refusal: whether the frames behind are to be tried now.
  bool looks_past(Instant now) {
    const bool is_due = now - std::max(blocked_since_, looked_past_at_) >= kLooksPastEvery;
    if (is_due) looked_past_at_ = now;
    return is_due;
  }
  // The `refused` oldest frames were tried, and refused. `has_left`: while another one was taken.
  // Time when none is does not count.
  void on_look(std::size_t refused, bool has_left) {
    passed_ = has_left ? refused : 0;
    if (!has_left) refused_since_ = std::max(refused_since_, looked_past_at_);
  }

  // Whether on_sent wants to know the time.
  bool is_blocked() const { return is_blocked_; }
  // The oldest frame has left.
  void on_sent(Instant now) {
    constexpr int kAllowance = 4;
    if (is_retried_) limit_ = std::clamp(kAllowance * (now - blocked_since_), limit_, longest_);
    is_blocked_ = is_retried_ = false;
    passed_ = 0;
  }

 private:
  Duration longest_;
  Duration limit_;
  Instant blocked_since_{};  // nothing has left since then
  Instant refused_since_{};  // the oldest frame, while others may have left
  Instant looked_past_at_{};
  std::size_t passed_ = 0;  // so many of the oldest were refused while others left
  bool is_blocked_ = false;
  bool is_retried_ = false;  // the oldest frame was refused
};

}  // namespace masscan::nic
