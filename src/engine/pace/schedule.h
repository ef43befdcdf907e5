// Selects the turn that is probed next: every turn of a worker once, and again for each retry.
//
// Round 0 takes the turns in order. Round r takes turn t once `r * retry_delay` has passed since t
// was first taken, so r cursors follow the first one and nothing is stored per probe. Due retries
// go before new turns, which keeps their spacing at any rate.
// Owner: Prober. Thread: the worker's.
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

  // Schedules turns 0 .. count - 1, each `retries` + 1 times.
  Schedule(std::uint64_t count, unsigned retries, Duration retry_delay);
  // Continues an earlier schedule: round r begins at `next[r]`, which no later round exceeds.
  // Earlier turns count as taken when this schedule takes its first.
  Schedule(std::uint64_t count, std::vector<std::uint64_t> next, Duration retry_delay);

  // Takes the next turn that is due, if any.
  std::optional<Ask> next(Instant now);
  // Returns how many turns of round 0 `next` would return in a row now, at most `most`, from
  // `turn(0)` on. None while a retry is due.
  std::uint64_t run(Instant now, std::uint64_t most) const;
  // Takes the first `count` turns of such a run.
  void take(std::uint64_t count, Instant now);
  // Repeats a round from turn `next` on.
  // REQUIRES: called for earlier rounds first: no round is ahead of an earlier one.
  void go_back(unsigned round, std::uint64_t next);
  // Ends the schedule: no further turn is due.
  void stop() { is_stopped_ = true; }

  bool is_done() const;
  // Number of turns taken at least once when the schedule is done.
  std::uint64_t total() const { return is_stopped_ ? next_.front() : count_; }
  // Number of turns this schedule has taken at least once.
  std::uint64_t started() const { return next_.front() - begin_.front(); }
  // The turn that round `round` takes next.
  std::uint64_t turn(unsigned round) const { return next_[round]; }
  // Returns how many rounds have taken a turn, before `go_back` too.
  unsigned taken(std::uint64_t turn) const;
  unsigned rounds() const { return static_cast<unsigned>(next_.size()); }
  // Returns when `next` may return a turn; not in the future if it already can.
  Instant next_due() const;
  // The times of first probes.
  const SendLog& log() const { return log_; }
  // Records that a turn taken earlier is sent only now.
  void note_late(Instant now) { log_.note_late(now); }

 private:
  bool is_due(unsigned round, Instant now) const;
  void begin(Instant now);

  std::uint64_t count_;
  Duration retry_delay_;
  std::vector<std::uint64_t> begin_;  // by round: its first turn
  std::vector<std::uint64_t> next_;   // by round: its next turn; descending
  std::vector<std::uint64_t> ahead_;  // by round: its next turn before `go_back`, if that was later
  SendLog log_;
  bool has_begun_ = false;
  bool is_stopped_ = false;
};

}  // namespace masscan::engine
