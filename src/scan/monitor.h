// Watches a running scan and tells the user: a status line on a terminal, a summary at the end.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "report/status_line.h"
#include "report/tally.h"
#include "scan/plan.h"
#include "scan/worker.h"

namespace masscan::scan {

// Who we are, what is about to happen, and what the plan has to say; on standard error.
void print_start(const Plan& plan);

// In the main thread; only reads what workers publish.
class Monitor {
 public:
  // The line is written only if `wanted` and standard error is a terminal.
  Monitor(const Plan& plan, bool wanted, const std::vector<std::unique_ptr<Worker>>& workers);

  void tick(Instant now);
  void finish(Instant now);

 private:
  struct Total {
    report::Tally tally;
    std::uint64_t started = 0;
    bool is_sending = false;
    Instant wait_ends{};
  };
  Total collect() const;
  report::Progress progress(const Total& total, Instant now);

  const Plan& plan_;
  const std::vector<std::unique_ptr<Worker>>& workers_;
  bool has_line_;
  Instant began_;
  Instant last_tick_;
  std::uint64_t last_sent_ = 0;
  double rate_pps_ = 0;
};

}  // namespace masscan::scan
