#include "scan/monitor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

#include "base/standard_streams.h"
#include "base/version.h"

namespace masscan::scan {

namespace {

constexpr Duration kTickEvery = 250ms;
// Of the newest measurement of the rate; the rest is what was shown before.
constexpr double kFreshness = 0.3;

void add(report::Tally& sum, const report::Tally& part) {
  using Words = std::array<std::uint64_t, sizeof(report::Tally) / sizeof(std::uint64_t)>;
  auto words = std::bit_cast<Words>(sum);
  const auto more = std::bit_cast<Words>(part);
  std::transform(words.begin(), words.end(), more.begin(), words.begin(), std::plus<>());
  sum = std::bit_cast<report::Tally>(words);
}

}  // namespace

void print_start(const Plan& plan) {
  for (const std::string& line : plan.transports)
    write_stderr(fmt::format("transport: {}\n", line));
  for (const std::string& note : plan.notes) write_stderr(fmt::format("note: {}\n", note));
  write_stderr(report::start_banner({.version = kVersion,
                                     .time = wall_now(),
                                     .hosts = plan.space.addresses().count(),
                                     .ports = plan.space.ports().count(),
                                     .pairs = plan.space.pairs().size()}));
}

Monitor::Monitor(const Plan& plan, const OutputConfig& output,
                 const std::vector<std::unique_ptr<Worker>>& workers, const Past& past)
    : plan_(plan),
      workers_(workers),
      style_(choose(output)),
      past_(past),
      began_(now()),
      last_tick_(began_),
      last_sent_(past.tally.probes_sent + past.tally.retries_sent) {}

// A line that rewrites itself makes sense on a terminal only.
Monitor::Style Monitor::choose(const OutputConfig& output) {
  if (!output.status) return Style::kNone;
  if (output.status_ndjson) return Style::kNdjson;
  return ::isatty(STDERR_FILENO) == 1 ? Style::kLine : Style::kNone;
}

Monitor::Total Monitor::collect() const {
  Total total{.tally = past_.tally};
  for (const auto& worker : workers_) {
    const WorkerStatus status = worker->status();
    add(total.tally, status.tally);
    total.started += status.started;
    total.is_sending |= status.is_sending != 0;
    total.wait_ends = std::max(total.wait_ends, Instant(Duration(status.wait_ends_ns)));
  }
  return total;
}

void Monitor::measure_rate(const Total& total, Instant now) {
  const std::uint64_t sent = total.tally.probes_sent + total.tally.retries_sent;
  const double fresh = static_cast<double>(sent - last_sent_) / to_seconds(now - last_tick_);
  rate_pps_ = rate_pps_ == 0 ? fresh : kFreshness * fresh + (1 - kFreshness) * rate_pps_;
  last_sent_ = sent;
  last_tick_ = now;
}

report::Progress Monitor::progress(const Total& total, Instant now) const {
  const std::uint64_t probes = plan_.probes();
  const double done = std::max(static_cast<double>(total.started), 1.0);
  const double left = static_cast<double>(probes - total.started);
  report::Progress progress{.rate_pps = total.is_sending ? rate_pps_ : 0,
                            .sent = total.started,
                            .total = probes,
                            .remaining = from_seconds(to_seconds(now - began_) * left / done),
                            .found = total.tally.open,
                            .lost = total.tally.kernel_drops + total.tally.discarded};
  if (!total.is_sending) progress.waiting = total.wait_ends - now;
  return progress;
}

void Monitor::tick(Instant now) {
  if (now - last_tick_ < kTickEvery) return;
  const Total total = collect();
  measure_rate(total, now);
  if (style_ == Style::kLine) write_stderr(report::status_line(progress(total, now)));
  if (style_ == Style::kNdjson) write_stderr(report::status_ndjson(progress(total, now)));
}

void Monitor::finish(Instant now) { say(report::summary(collect().tally, now - past_.began)); }

Standing Monitor::standing() const {
  const Total total = collect();
  return {.counters = {.sent = total.tally.probes_sent + total.tally.retries_sent,
                       .asked = total.tally.probes_sent,
                       .answered = total.tally.open + total.tally.closed,
                       .dropped = total.tally.kernel_drops},
          .left = plan_.probes() - total.started,
          .is_asking = total.is_sending};
}

void Monitor::say(std::string_view line) const {
  if (style_ == Style::kLine) write_stderr(report::blank_status_line());
  write_stderr(line);
}

void Monitor::print_status(Instant now) const {
  const Total total = collect();
  std::string line = report::status_line(progress(total, now));
  line.back() = '\n';  // instead of the return that lets the next one overwrite it
  say(line + report::summary(total.tally, now - past_.began));
}

std::string Monitor::status_members(Instant now) const {
  const Total total = collect();
  const std::string status = report::status_ndjson(progress(total, now));
  return fmt::format(R"("status":{},"counters":{})",
                     std::string_view(status).substr(0, status.size() - 1),
                     report::to_json(total.tally));
}

report::Metrics Monitor::metrics(Instant now) const {
  const Total total = collect();
  return {.tally = total.tally,
          .progress = progress(total, now),
          .elapsed = now - past_.began,
          .workers = plan_.workers};
}

}  // namespace masscan::scan
