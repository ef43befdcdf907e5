// Tells, at the end of a scan at a fixed rate, what the path has lost of it.
//
// The last targets are asked slowly: at an eighth of the rate. Targets come in random order, so if
// clearly more of these answer than of all before, the rest was lost. That costs a long scan a
// twentieth of its time at most; a short one, one with few answers and one with retries, which find
// what was lost, are not judged. In the main thread; numbers and time are handed in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "engine/pace/path_counters.h"

namespace masscan::engine {

class RateCheck {
 public:
  // Of a scan of that many probes; infinity: as fast as this machine can.
  RateCheck(double rate_pps, std::uint64_t probes) : rate_pps_(rate_pps), probes_(probes) {}

  // Looks at the numbers of `now`, some twenty times a second; so many probes are left to be asked.
  void update(const PathCounters& counters, std::uint64_t left, Instant now);
  // Probes a second, from now on.
  double rate_pps() const { return rate_pps_; }
  // A sentence, when the last answer has come; nothing if nothing was lost, or nobody can tell.
  std::optional<std::string> message(const PathCounters& counters) const;

 private:
  bool is_time_to_slow_down(const PathCounters& counters, std::uint64_t left) const;

  double rate_pps_;
  std::uint64_t probes_;
  Instant began_{};                   // zero: not yet
  double asked_pps_ = 0;              // until it slowed down
  Instant slow_since_{};              // zero: not yet
  std::optional<PathCounters> fast_;  // what was asked and answered before the slow part counts
};

}  // namespace masscan::engine
