// Records when turns were first sent, at reduced resolution and in fixed memory: enough to tell
// when a retry is due and how long a reply took. Turns are sent in ascending order, so both are
// found by binary search in a ring of (turn, time) marks.
// Thread: the worker's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace masscan::engine {

class SendLog {
 public:
  static constexpr std::size_t kMarks = 1024;

  // Covers at least the last `span`, with a resolution of about span / kMarks.
  explicit SendLog(Duration span);

  // Records that all turns below `end` had been sent at `at`. Both grow from call to call.
  void record(std::uint64_t end, Instant at);
  // Removes the turns from `end` on, which were not sent after all.
  void take_back(std::uint64_t end);
  // Some recorded probes were delayed until `at`; the log does not know which.
  void note_late(Instant at) { late_ = at; }
  // Returns how many turns had certainly been sent by `at`.
  std::uint64_t sent_by(Instant at) const;
  // Returns when the turn was sent, rounded up to the next mark; for a turn older than the log, the
  // oldest time in it. Never earlier than the time of `note_late`.
  Instant sent_at(std::uint64_t turn) const;
  // Returns the last time in the log when no turn from `end` on had been sent.
  Instant reached(std::uint64_t end) const;
  // Returns when `sent_by(t - age)` next exceeds `end`; Instant::max() if nothing more was sent.
  Instant due(std::uint64_t end, Duration age) const;

 private:
  struct Mark {
    std::uint64_t end = 0;
    Instant at;
  };
  const Mark& mark(std::size_t i) const { return marks_[(first_ + i) % marks_.size()]; }
  // Returns the number of the first mark for which `is_later` is true; `count_` if there is none.
  template <typename Predicate>
  std::size_t find(Predicate is_later) const;

  Duration resolution_;
  std::vector<Mark> marks_;  // a ring: count_ marks from first_ on, ascending in both fields
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Instant late_ = Instant::min();
  std::uint64_t forgotten_ = 0;  // turns below were sent before the oldest mark
};

}  // namespace masscan::engine
