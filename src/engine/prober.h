// Asks: takes turns from the schedule, finds the way, writes the probe. A probe whose next hop is
// not resolved yet is parked until it is, or until nobody answers for it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "engine/answers.h"
#include "engine/link.h"
#include "engine/pace/reply_timeout.h"
#include "engine/pace/schedule.h"
#include "engine/plan.h"
#include "engine/resolved_ranges.h"
#include "engine/tally.h"
#include "engine/target_prefetch.h"

namespace masscan::engine {

class Prober {
 public:
  // Probes that wait for their next hop to be resolved: as many as are due until a silent next hop
  // is given up, within these bounds. With so many no new turn is taken.
  static constexpr std::size_t kFewestParked = 64;
  static constexpr std::size_t kMostParked = std::size_t{1} << 14;

  // Everything is borrowed from the worker.
  Prober(const Plan& plan, WorkerShare worker_share, std::vector<Link>& links,
         const Answers& answers, ReplyTimeout& reply_timeout, engine::Tally& tally);

  // Sends at most `allowed` probes that are due; returns how many.
  std::size_t emit(Instant now, std::size_t allowed);
  // Asks nothing more; `asked` still tells where to go on.
  void stop();
  // What was asked since `at`, a few seconds ago at most, may have been lost: it is asked again,
  // unless it has answered.
  void go_back(Instant at);
  // Never to be asked from here on, besides what the plan leaves out; null: none. Borrowed.
  void exclude(const targets::AddressSet* excludes) { excludes_ = excludes; }
  bool is_stopped() const { return is_stopped_; }
  bool is_done() const { return is_stopped_ || (schedule_.is_done() && parked_.empty() && !held_); }
  // Notes where the rounds are now, for `asked`; both by the clock of `emit`.
  void mark(Instant now);
  // Turns that round `round` had asked by `at`, or a few less: none before is still to be asked.
  std::uint64_t asked(unsigned round, Instant at) const;
  // Turns asked at least once.
  std::uint64_t started() const { return schedule_.started(); }
  // Turns there are, until the scan is stopped.
  std::uint64_t total() const { return schedule_.total(); }
  Instant next_due(Instant now) const;
  const SendLog& log() const { return schedule_.log(); }

 private:
  enum class Outcome { kSent, kParked, kDropped, kFull };

  std::size_t emit_run(Instant now, std::size_t most);
  std::size_t leading_allowed(const TargetSpan& span) const;
  Outcome try_send(const Schedule::Ask& ask, Instant now);
  Outcome give_up(const Schedule::Ask& ask, std::uint64_t& counter);
  bool is_new(const Schedule::Ask& ask) const { return ask.round == 0 && ask.turn >= again_; }
  bool take_first_try(const Schedule::Ask& ask);
  void count(const Schedule::Ask& ask, Instant now);
  std::size_t emit_parked(Instant now, std::size_t allowed);
  void park(const Schedule::Ask& ask);

  const Plan& plan_;
  WorkerShare worker_share_;
  std::vector<Link>& links_;
  const Answers& answers_;
  ReplyTimeout& reply_timeout_;
  engine::Tally& tally_;
  Schedule schedule_;
  TargetPrefetch prefetch_;
  ResolvedRanges resolved_ranges_;
  std::optional<Schedule::Ask> held_;  // taken, but its queue was full
  std::size_t parked_limit_;
  std::vector<Schedule::Ask> parked_;  // oldest first
  std::vector<std::uint64_t> begin_;   // by round: the turn it began with
  std::vector<SendLog> marks_;         // by round
  Instant next_look_{};                // at the parked turns
  std::uint64_t again_ = 0;            // turns before this one had been taken when it went back,
  std::uint64_t waiting_ = 0;          // so many of them without having been asked
  bool is_stopped_ = false;
  const targets::AddressSet* excludes_ = nullptr;
};

}  // namespace masscan::engine
