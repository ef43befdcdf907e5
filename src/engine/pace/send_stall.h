// Whether a link has stopped taking frames: the kernel refuses what is queued, and nothing leaves.
// Frames that wait are never lost by that; but one day the scan has to end, and to say why. Belongs
// to one link of a worker; its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "nic/queue_pair.h"

namespace masscan::engine {

class SendStall {
 public:
  // A driver that is stuck is reset by the kernel within five seconds, and some need a second try.
  static constexpr Duration kLongest = 15s;
  // Between two looks; after a longer time this process, or the machine, had been stopped.
  static constexpr Duration kLongestPause = 1s;

  // What the queue says now, now and then. `backlog`: as of the queue pair.
  void update(const nic::QueueCounters& counters, std::size_t backlog, Instant now) {
    const std::uint64_t settled = counters.sent + counters.discarded;
    const bool moves = settled != settled_ || backlog < backlog_ || backlog == 0;
    const bool was_stopped = now - looked_at_ > kLongestPause;
    if (moves || (was_stopped && since_)) {
      since_.reset();
    } else if (!since_ && counters.refused != refused_) {
      since_ = now;
    }
    settled_ = settled;
    refused_ = counters.refused;
    backlog_ = backlog;
    looked_at_ = now;
  }
  // Nothing is expected to leave: the time does not count.
  void forgive() { since_.reset(); }

  bool has_begun() const { return since_.has_value(); }
  // For so long that nobody waits any more.
  bool is_final(Instant now) const { return since_ && now - *since_ >= kLongest; }

 private:
  std::uint64_t settled_ = 0;  // frames that need no more attempts
  std::uint64_t refused_ = 0;
  std::size_t backlog_ = 0;
  Instant looked_at_{};
  std::optional<Instant> since_;
};

}  // namespace masscan::engine
