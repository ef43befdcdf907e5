// Reports on a running scan: a status line for people or NDJSON for programs, and a summary at the
// end.
//
// With NDJSON every line on standard error is a status object. Other messages are members of the
// next object (docs/formats/status.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "engine/pace/path_counters.h"
#include "engine/plan.h"
#include "engine/tally.h"
#include "engine/worker.h"
#include "net/ip_address.h"
#include "output/output_config.h"
#include "scan/fake_finder.h"
#include "scan/metrics.h"
#include "scan/status_line.h"

namespace masscan::scan {

// Prints `lines` and the start banner on standard error. With NDJSON it prints nothing and returns
// `lines`, for a Monitor to report.
std::vector<std::string> print_start(const engine::Plan& plan, const output::OutputConfig& output,
                                     std::vector<std::string> lines);

// Progress of the scan, for the rate controllers.
struct ProgressSample {
  engine::PathCounters counters;
  std::uint64_t left = 0;  // targets not asked yet
  bool is_asking = false;
};

// Totals of the passes before the present one.
struct EarlierPasses {
  Instant began;
  engine::Tally tally;
  std::vector<std::string> notes;  // not yet reported to programs
};

// Reads only what workers and the writer publish.
// Thread: the main thread; `say` from any thread.
class Monitor {
 public:
  Monitor(const engine::Plan& plan, const output::OutputConfig& output,
          const std::vector<std::unique_ptr<engine::Worker>>& workers,
          const SuspectCounts& suspects, const EarlierPasses& earlier, Instant now);

  void tick(Instant now);
  // Prints the final numbers, for people.
  // REQUIRES: the workers have ended.
  void summarize(Instant now);
  // Prints the final object with all pending messages, for programs.
  // REQUIRES: last call.
  void finish(Instant now);
  // Returns the totals of this pass and all before it.
  EarlierPasses earlier_passes();

  ProgressSample progress_sample() const;
  // A router that does not answer and that workers wait for.
  std::optional<net::IpAddress> silent_router() const;
  // The number, in the plan, of a link that takes no frames although probes are queued for it.
  std::optional<std::size_t> stuck_link() const;
  // Sets the reason why nothing is sent; empty if there is none.
  void set_trouble(std::string trouble) { trouble_ = std::move(trouble); }

  // Prints a line, which includes its newline and stays on standard error.
  void say(std::string_view line);
  // Prints the status in lines that stay on standard error.
  void print_status(Instant now);
  // Returns the status as two members of a JSON object: "status" and "counters".
  std::string status_members(Instant now) const;
  // Returns the status without what the directives hold.
  scan::Metrics metrics(Instant now) const;

 private:
  struct Total {
    engine::Tally tally;
    std::uint64_t started = 0;
    bool is_sending = false;
    Instant wait_ends{};
  };
  enum class Style : std::uint8_t { kNone, kLine, kNdjson };

  static Style choose(const output::OutputConfig& output);
  Total collect() const;
  void measure_rate(const Total& total, Instant now);
  scan::Progress progress(const Total& total, Instant now) const;
  scan::Progress last_progress(Instant now) const;
  std::string take_notes();

  const engine::Plan& plan_;
  const std::vector<std::unique_ptr<engine::Worker>>& workers_;
  const SuspectCounts& suspects_;
  Style style_;
  bool is_shown_;  // during the scan
  const EarlierPasses earlier_;
  Instant began_;
  Instant last_tick_;
  std::uint64_t last_sent_ = 0;
  double rate_pps_ = 0;
  std::string trouble_;
  std::mutex mutex_;
  std::vector<std::string> notes_;  // for the next object; guarded by `mutex_`
};

}  // namespace masscan::scan
