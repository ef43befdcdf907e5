// Remembers, coarsely and in fixed memory, when positions were first sent: enough to say when a
// retry is due and how long an answer took. Positions are sent in ascending order, so a log of
// (position, time) marks answers both questions by binary search. One per worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace masscan::engine {

class SendLog {
 public:
  static constexpr std::size_t kMarks = 1024;

  // Remembers at least `span` back in time, with a precision of about span / kMarks.
  explicit SendLog(Duration span);

  // All positions below `end` had been sent at `at`. Both grow from call to call.
  void record(std::uint64_t end, Instant at);
  // Positions from `end` on were not sent after all.
  void take_back(std::uint64_t end);
  // Some of what was recorded so far left only at `at`, and nobody knows which.
  void note_late(Instant at) { late_ = at; }
  // How many positions (from the first on) had certainly been sent by `at`.
  std::uint64_t sent_by(Instant at) const;
  // When the position was sent, rounded up to the next mark; for one older than the log, the
  // oldest time it remembers. Never before what was late.
  Instant sent_at(std::uint64_t turn) const;
  // The last moment, as far back as it remembers, when no position from `end` on was sent yet.
  Instant reached(std::uint64_t end) const;
  // When `sent_by(t - age)` will next grow beyond `end`; Instant::max() if nothing more was sent.
  Instant due(std::uint64_t end, Duration age) const;

 private:
  struct Mark {
    std::uint64_t end = 0;
    Instant at;
  };
  const Mark& mark(std::size_t i) const { return marks_[(first_ + i) % marks_.size()]; }
  // The number of the first mark for which `is_later` holds; `count_` if there is none.
  template <typename Predicate>
  std::size_t find(Predicate is_later) const;

  Duration resolution_;
  std::vector<Mark> marks_;  // a ring: count_ marks from first_ on, ascending in both fields
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Instant late_ = Instant::min();
  std::uint64_t forgotten_ = 0;  // positions below were sent before the oldest mark
};

}  // namespace masscan::engine
