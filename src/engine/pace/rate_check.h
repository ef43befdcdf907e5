// Measures at the end of a scan at a fixed rate how many replies the path has lost.
//
// The last targets are probed at an eighth of the rate; what else is sent keeps the whole rate.
// Targets are in random order: if a significantly larger share of these answers, replies were lost
// before. The slow part takes at most a twentieth of the scan's time. Short scans, scans with few
// replies and scans with retries (which find what was lost) are not checked.
// Thread: main. Reads no clock and no counters of its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "engine/pace/pacer.h"
#include "engine/pace/path_counters.h"

namespace masscan::engine {

class RateCheck {
 public:
  // `probes` is the number of all probes.
  explicit RateCheck(std::uint64_t probes) : probes_(probes) {}

  // Evaluates the counters, some twenty times a second. `left` probes are still to be sent.
  void update(const PathCounters& counters, std::uint64_t left, Instant now);
  // The limit of probes from now on; kUnlimited: none.
  double probe_rate_pps() const { return probe_rate_pps_; }
  // Returns a sentence after the last reply; nullopt if no significant loss was measured.
  std::optional<std::string> message(const PathCounters& counters) const;

 private:
  bool is_time_to_slow_down(const PathCounters& counters, std::uint64_t left) const;

  std::uint64_t probes_;
  double probe_rate_pps_ = Pacer::kUnlimited;
  Instant began_{};                   // zero: not yet
  double asked_pps_ = 0;              // before the slow part
  Instant slow_since_{};              // zero: not yet
  std::optional<PathCounters> fast_;  // the counters at the start of the slow measurement
};

}  // namespace masscan::engine
