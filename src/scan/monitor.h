// Watches a running scan and tells the user: a status line or NDJSON for programs while it runs, a
// summary at the end.
//
// With NDJSON every line on standard error is an object of where the scan stands; whatever else
// there is to say is a member of the next one (docs/formats/status.md).
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
#include "scan/metrics.h"
#include "scan/status_line.h"

namespace masscan::scan {

// Prints `lines`, who we are and what is about to happen, on standard error. With NDJSON it prints
// nothing and returns `lines`, which a Monitor tells then.
std::vector<std::string> print_start(const engine::Plan& plan, const output::OutputConfig& output,
                                     std::vector<std::string> lines);

// How far the scan is, for those who judge its rate.
struct ProgressSample {
  engine::PathCounters counters;
  std::uint64_t left = 0;  // targets that were not asked yet
  bool is_asking = false;
};

// What was done before the present walk over the targets.
struct EarlierPasses {
  Instant began;
  engine::Tally tally;
  std::vector<std::string> notes;  // that programs were not told yet
};

// In the main thread, but for `say`; only reads what workers publish.
class Monitor {
 public:
  Monitor(const engine::Plan& plan, const output::OutputConfig& output,
          const std::vector<std::unique_ptr<engine::Worker>>& workers, const EarlierPasses& earlier,
          Instant now);

  void tick(Instant now);
  // The workers have ended: their last numbers, for people.
  void summarize(Instant now);
  // The same for programs, with all that was said. The last call.
  void finish(Instant now);
  // Of this walk and all before it.
  EarlierPasses earlier_passes();

  ProgressSample progress_sample() const;
  // A router that workers wait for.
  std::optional<net::IpAddress> silent_router() const;
  // One that takes no frames any more, though probes wait for it: its number in the plan.
  std::optional<std::size_t> stuck_link() const;
  // Why nothing leaves at present; empty: nothing is wrong.
  void set_trouble(std::string trouble) { trouble_ = std::move(trouble); }

  // A line, its end included, that stays on standard error.
  void say(std::string_view line);
  // Where the scan stands, in lines that stay on standard error.
  void print_status(Instant now);
  // The same as two members of a JSON object: "status" and "counters".
  std::string status_members(Instant now) const;
  // The same, all but what the user has ordered.
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
  Style style_;
  bool is_shown_;  // while it runs
  const EarlierPasses earlier_;
  Instant began_;
  Instant last_tick_;
  std::uint64_t last_sent_ = 0;
  double rate_pps_ = 0;
  std::string trouble_;
  std::mutex mutex_;
  std::vector<std::string> notes_;  // for the next object; under `mutex_`
};

}  // namespace masscan::scan
