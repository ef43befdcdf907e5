// Asks: takes turns from the schedule, finds the way, writes the probe. A probe whose next hop is
// not resolved yet is parked until it is, or until nobody answers for it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/time.h"
#include "report/tally.h"
#include "scan/answers.h"
#include "scan/link.h"
#include "scan/patience.h"
#include "scan/plan.h"
#include "scan/schedule.h"

namespace masscan::scan {

class Prober {
 public:
  // Probes that wait for their next hop to be resolved; with so many no new turn is taken.
  static constexpr std::size_t kParked = std::size_t{1} << 14;

  // Everything is borrowed from the worker.
  Prober(const Plan& plan, Slice slice, std::vector<Link>& links, const Answers& answers,
         Patience& patience, report::Tally& tally);

  // Sends at most `allowed` probes that are due; returns how many.
  std::size_t emit(Instant now, std::size_t allowed);
  void stop();
  bool is_done() const { return schedule_.is_done() && parked_count_ == 0 && !held_; }
  // Turns asked at least once.
  std::uint64_t started() const { return schedule_.started(); }
  // Turns there are, until the scan is stopped.
  std::uint64_t total() const { return schedule_.total(); }
  Instant next_due(Instant now) const;
  const SendLog& log() const { return schedule_.log(); }

 private:
  enum class Outcome { kSent, kParked, kDropped, kFull };

  Outcome ask(const Schedule::Turn& turn, Instant now);
  Outcome give_up(const Schedule::Turn& turn);
  void count(const Schedule::Turn& turn, Instant now);
  std::size_t emit_parked(Instant now, std::size_t allowed);
  void park(const Schedule::Turn& turn);

  const Plan& plan_;
  Slice slice_;
  std::vector<Link>& links_;
  const Answers& answers_;
  Patience& patience_;
  report::Tally& tally_;
  Schedule schedule_;
  std::optional<Schedule::Turn> held_;  // taken, but its queue was full
  std::vector<Schedule::Turn> parked_;  // a ring: parked_count_ turns from parked_first_ on
  std::size_t parked_first_ = 0;
  std::size_t parked_count_ = 0;
};

}  // namespace masscan::scan
