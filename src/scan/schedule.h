// Which position is probed next: every position of this worker once, and again for each retry.
//
// Round 0 walks the positions in order. Round r sends position p once `r * retry_delay` have passed
// since p was first sent, so r cursors trail the first one and nothing is stored per probe. Due
// retries go before new positions; that keeps their spacing whatever the rate is.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "scan/send_log.h"

namespace masscan::scan {

class Schedule {
 public:
  struct Turn {
    std::uint64_t position = 0;
    unsigned round = 0;
  };

  // Positions 0 .. count - 1, each `retries` + 1 times.
  Schedule(std::uint64_t count, unsigned retries, Duration retry_delay);

  // The next turn that is due, if any.
  std::optional<Turn> next(Instant now);
  // No new positions from here on; what was asked is not asked again either.
  void stop();

  bool is_done() const;
  std::uint64_t total() const { return count_; }
  // Positions asked at least once: all below this number.
  std::uint64_t started() const { return next_.front(); }
  // Positions that are finished in every round.
  std::uint64_t finished() const { return next_.back(); }
  // When `next` may have something; not after the present if it has already.
  Instant next_due() const;
  const SendLog& log() const { return log_; }

 private:
  std::uint64_t count_;
  Duration retry_delay_;
  std::vector<std::uint64_t> next_;  // by round: the position it sends next; descending
  SendLog log_;
};

}  // namespace masscan::scan
