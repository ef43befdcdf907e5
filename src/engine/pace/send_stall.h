// Detects that a link sends no frames because the kernel refuses them all. Queued frames are not
// lost, but after kLongest the scan ends and says why.
// Owner: Worker, one per link. Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"
#include "nic/queue_pair.h"

namespace masscan::engine {

class SendStall {
 public:
  // The kernel resets a stuck driver within five seconds; some need a second reset.
  static constexpr Duration kLongest = 15s;
  // The longest time between two updates. After a longer one the process, or the machine, had been
  // stopped.
  static constexpr Duration kLongestPause = 1s;

  // Evaluates the counters and the backlog of the queue pair. Called regularly.
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
  // Resets the stall while no frames are expected to be sent.
  void reset() { since_.reset(); }

  bool has_begun() const { return since_.has_value(); }
  // True if the stall has lasted kLongest.
  bool is_final(Instant now) const { return since_ && now - *since_ >= kLongest; }

 private:
  std::uint64_t settled_ = 0;  // frames sent or discarded
  std::uint64_t refused_ = 0;
  std::size_t backlog_ = 0;
  Instant looked_at_{};
  std::optional<Instant> since_;
};

}  // namespace masscan::engine
