// Sends probes: takes turns from the schedule, finds their next hops and writes the frames. A probe
// whose next hop is not resolved yet is parked until it is resolved or has failed; one whose prefix
// has received enough is parked until the next is due.
// Owner: Worker. Thread: the worker's.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "engine/answers.h"
#include "engine/link.h"
#include "engine/pace/pacer.h"
#include "engine/pace/prefix_limit.h"
#include "engine/pace/reply_timeout.h"
#include "engine/pace/schedule.h"
#include "engine/plan.h"
#include "engine/resolved_ranges.h"
#include "engine/responder.h"
#include "engine/tally.h"
#include "engine/target_prefetch.h"

namespace masscan::engine {

class Prober {
 public:
  // Bounds of the limit of parked probes. Within them the limit is the number of probes that become
  // due until a silent next hop is given up. When it is reached, no new turn is taken.
  static constexpr std::size_t kFewestParked = 64;
  static constexpr std::size_t kMostParked = std::size_t{1} << 14;

  // All references are borrowed from the worker.
  Prober(const Plan& plan, WorkerShare worker_share, std::vector<Link>& links,
         const Answers& answers, Responder& responder, ReplyTimeout& reply_timeout,
         engine::Tally& tally);

  enum class Outcome { kSent, kParked, kDropped, kFull };

  // Limits what `emit` sends, in probes per second, from `now` on.
  void limit_rate(double rate_pps, Instant now);
  // Sends at most `allowed` probes that are due; returns how many.
  std::size_t emit(Instant now, std::size_t allowed);
  // Sends a probe that is no turn's (see Canaries). kParked: its next hop or prefix is not ready.
  Outcome send_canary(const targets::Target& target, Instant now);
  // Ends the schedule: no further probe is sent. `asked` still tells where a later scan resumes.
  void stop();
  // Repeats the turns taken since `at`, except answered ones: their probes may have been lost. `at`
  // is at most a few seconds ago.
  void go_back(Instant at);
  // Sets addresses that are not probed from now on, in addition to those the plan leaves out; null:
  // none. Borrowed.
  void exclude(const targets::AddressSet* excludes) { excludes_ = excludes; }
  bool is_stopped() const { return is_stopped_; }
  bool is_done() const { return is_stopped_ || (schedule_.is_done() && parked_.empty() && !held_); }
  // Records the progress of the rounds, for `asked`. Both use the clock of `emit`.
  void mark(Instant now);
  // Returns how many turns round `round` had completed by `at`, or a few less. No turn before is
  // still to be probed.
  std::uint64_t asked(unsigned round, Instant at) const;
  // The first turn that some round takes.
  std::uint64_t first() const { return std::ranges::min(begin_); }
  // Number of turns taken at least once.
  std::uint64_t started() const { return schedule_.started(); }
  // Number of all turns; after `stop`, of those taken.
  std::uint64_t total() const { return schedule_.total(); }
  Instant next_due(Instant now) const;
  const Schedule& schedule() const { return schedule_; }

 private:
  // The counter of targets that are not probed for one reason.
  using Loss = std::uint64_t engine::Tally::*;

  std::size_t emit_due(Instant now, std::size_t allowed);
  Instant next_ask(Instant now) const;
  std::size_t emit_run(Instant now, std::size_t most);
  std::size_t leading_allowed(const TargetSpan& span) const;
  std::size_t send_limited(const ResolvedRange& resolved, TargetSpan span, Instant now);
  Outcome try_send(const Schedule::Ask& ask, Instant now);
  std::optional<NextHop> next_hop_of(const net::IpAddress& target, Loss& loss) const;
  Outcome send(const targets::Target& target, unsigned round, const NextHop& next_hop, Instant now,
               Loss& loss);
  Outcome resolve(const Schedule::Ask& ask, const net::IpAddress& target, const NextHop& next_hop,
                  Instant now);
  Outcome give_up(const Schedule::Ask& ask, Loss loss);
  bool is_new(const Schedule::Ask& ask) const { return ask.round == 0 && ask.turn >= again_; }
  bool take_first_try(const Schedule::Ask& ask);
  void count(const Schedule::Ask& ask, Instant now);
  std::size_t emit_parked(Instant now, std::size_t allowed);
  void park(const Schedule::Ask& ask);

  const Plan& plan_;
  WorkerShare worker_share_;
  std::vector<Link>& links_;
  const Answers& answers_;
  Responder& responder_;
  ReplyTimeout& reply_timeout_;
  engine::Tally& tally_;
  Schedule schedule_;
  TargetPrefetch prefetch_;
  ResolvedRanges resolved_ranges_;
  std::optional<PrefixLimit> prefix_limit_;
  double rate_pps_ = Pacer::kUnlimited;
  Pacer pacer_{rate_pps_};
  std::optional<Schedule::Ask> held_;  // taken, but its queue was full
  std::size_t parked_limit_;
  bool resolves_targets_;              // some are probed by ARP or NDP
  std::vector<Schedule::Ask> parked_;  // oldest first
  std::vector<std::uint64_t> begin_;   // by round: its first turn
  std::vector<SendLog> marks_;         // by round: progress
  Instant next_look_{};                // when parked_ is tried again
  std::uint64_t again_ = 0;            // turns before this one were taken before go_back;
  std::uint64_t waiting_ = 0;          // so many of them had not been sent
  bool is_stopped_ = false;
  const targets::AddressSet* excludes_ = nullptr;
};

}  // namespace masscan::engine
