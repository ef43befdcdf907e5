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
#include "engine/pace/send_log.h"

namespace masscan::engine {

class Schedule {
 public:
  struct Ask {
    std::uint64_t turn = 0;
    unsigned round = 0;
  };

  // Positions 0 .. count - 1, each `retries` + 1 times.
  Schedule(std::uint64_t count, unsigned retries, Duration retry_delay);
  // Goes on where another schedule stopped: `next[r]` is where round r begins, none before a later
  // round. Whatever was asked is taken as asked when this one asks first.
  Schedule(std::uint64_t count, std::vector<std::uint64_t> next, Duration retry_delay);

  // The next turn that is due, if any.
  std::optional<Ask> next(Instant now);
  // How many turns of the first round `next` would give now, one after the other, at most `most`:
  // positions from `position(0)` on. None while a retry is due.
  std::uint64_t run(Instant now, std::uint64_t most) const;
  // Takes the first `count` turns of such a run.
  void take(std::uint64_t count, Instant now);
  // Positions from `next` on are asked again in that round. Of the first round first: none is
  // asked in a later round before it is in an earlier one.
  void go_back(unsigned round, std::uint64_t next);
  // Nothing more is due from here on.
  void stop() { is_stopped_ = true; }

  bool is_done() const;
  // Positions that are asked at least once before it is done.
  std::uint64_t total() const { return is_stopped_ ? next_.front() : count_; }
  // Positions this schedule asked at least once.
  std::uint64_t started() const { return next_.front() - begin_.front(); }
  // The position that round `round` asks next.
  std::uint64_t turn(unsigned round) const { return next_[round]; }
  unsigned rounds() const { return static_cast<unsigned>(next_.size()); }
  // When `next` may have something; not after the present if it has already.
  Instant next_due() const;
  // Of first probes.
  const SendLog& log() const { return log_; }
  // A turn that was taken earlier leaves only now.
  void note_late(Instant now) { log_.note_late(now); }

 private:
  bool is_due(unsigned round, Instant now) const;
  void begin(Instant now);

  std::uint64_t count_;
  Duration retry_delay_;
  std::vector<std::uint64_t> begin_;  // by round: the position it began with
  std::vector<std::uint64_t> next_;   // by round: the position it sends next; descending
  SendLog log_;
  bool has_begun_ = false;
  bool is_stopped_ = false;
};

}  // namespace masscan::engine
