// Watches a running scan and tells the user: a status line on a terminal or NDJSON for programs
// while it runs, a summary at the end.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "report/metrics.h"
#include "report/status_line.h"
#include "report/tally.h"
#include "scan/path_counters.h"
#include "scan/plan.h"
#include "scan/worker.h"

namespace masscan::scan {

// Who we are, what is about to happen, and what the plan has to say; on standard error.
void print_start(const Plan& plan);

// How far the scan is, for those who judge its rate.
struct Standing {
  PathCounters counters;
  std::uint64_t left = 0;  // targets that were not asked yet
  bool is_asking = false;
};

// What was done before the present walk over the targets.
struct Past {
  Instant began;
  report::Tally tally;
};

// In the main thread, but for `say`; only reads what workers publish.
class Monitor {
 public:
  Monitor(const Plan& plan, const OutputConfig& output,
          const std::vector<std::unique_ptr<Worker>>& workers, const Past& past);

  void tick(Instant now);
  // The summary.
  void finish(Instant now);
  // Of this walk and all before it.
  Past past() const { return {past_.began, collect().tally}; }

  Standing standing() const;

  // A line, its end included, that stays on standard error.
  void say(std::string_view line) const;
  // Where the scan stands, in lines that stay on standard error.
  void print_status(Instant now) const;
  // The same as two members of a JSON object: "status" and "counters".
  std::string status_members(Instant now) const;
  // The same, all but what the user has ordered.
  report::Metrics metrics(Instant now) const;

 private:
  struct Total {
    report::Tally tally;
    std::uint64_t started = 0;
    bool is_sending = false;
    Instant wait_ends{};
  };
  enum class Style : std::uint8_t { kNone, kLine, kNdjson };

  static Style choose(const OutputConfig& output);
  Total collect() const;
  void measure_rate(const Total& total, Instant now);
  report::Progress progress(const Total& total, Instant now) const;

  const Plan& plan_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  Style style_;
  const Past past_;
  Instant began_;
  Instant last_tick_;
  std::uint64_t last_sent_ = 0;
  double rate_pps_ = 0;
};

}  // namespace masscan::scan
