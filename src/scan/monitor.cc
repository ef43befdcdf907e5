#include "scan/monitor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/standard_streams.h"
#include "base/text.h"
#include "base/version.h"

namespace masscan::scan {

namespace {

constexpr Duration kTickEvery = 250ms;
// Weight of the newest rate measurement in the moving average.
constexpr double kFreshness = 0.3;

// Returns false if half of the pipe is unread. Optional output is then skipped, so an unread pipe
// does not block the scan and has room for the last messages.
bool is_read() {
  pollfd error_output{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&error_output, 1, 0) != 1 || (error_output.revents & POLLOUT) == 0) return false;
  const int capacity = ::fcntl(STDERR_FILENO, F_GETPIPE_SZ);
  int unread = 0;
  if (capacity < 0 || ::ioctl(STDERR_FILENO, FIONREAD, &unread) != 0) return true;  // not a pipe
  return unread < capacity / 2;
}

// Adds members to a status object.
std::string with_members(std::string_view object, std::string_view members) {
  constexpr std::string_view kEnd = "}\n";
  if (members.empty()) return std::string(object);
  return fmt::format("{},{}{}", object.substr(0, object.size() - kEnd.size()), members, kEnd);
}

std::string counters_member(const engine::Tally& tally) {
  return fmt::format(R"("counters":{})", engine::to_json(tally));
}

}  // namespace

std::vector<std::string> print_start(const engine::Plan& plan, const output::OutputConfig& output,
                                     std::vector<std::string> lines) {
  if (output.status_ndjson) return lines;
  for (const std::string& line : lines) write_stderr(line + '\n');
  write_stderr(scan::start_banner({.version = kVersion,
                                   .scan = plan.kinds.front()->scan_name,
                                   .time = wall_now(),
                                   .hosts = plan.space.addresses().count(),
                                   .ports = plan.asks_ports() ? plan.space.ports().count() : 0,
                                   .pairs = plan.space.pairs().size()}));
  return {};
}

Monitor::Monitor(const engine::Plan& plan, const output::OutputConfig& output,
                 const std::vector<std::unique_ptr<engine::Worker>>& workers,
                 const SuspectCounts& suspects, const EarlierPasses& earlier, Instant now)
    : plan_(plan),
      workers_(workers),
      suspects_(suspects),
      style_(choose(output)),
      is_shown_(output.status),
      earlier_(earlier),
      began_(now),
      last_tick_(began_),
      last_sent_(earlier.tally.sent()),
      notes_(earlier.notes) {}

// The line goes to files and pipes too, as masscan's does, because programs read it there.
Monitor::Style Monitor::choose(const output::OutputConfig& output) {
  if (output.status_ndjson) return Style::kNdjson;
  return output.status ? Style::kLine : Style::kNone;
}

EarlierPasses Monitor::earlier_passes() {
  const std::scoped_lock lock(mutex_);
  return {earlier_.began, collect().tally, std::exchange(notes_, {})};
}

Monitor::Total Monitor::collect() const {
  Total total{.tally = earlier_.tally};
  total.tally.suspect += suspects_.suspect.load(std::memory_order_relaxed);
  total.tally.unjudged += suspects_.unjudged.load(std::memory_order_relaxed);
  for (const auto& worker : workers_) {
    const engine::WorkerStatus status = worker->status();
    total.tally += status.tally;
    total.started += status.started;
    total.is_sending |= status.is_sending != 0;
    total.wait_ends = std::max(total.wait_ends, Instant(Duration(status.wait_ends_ns)));
  }
  return total;
}

void Monitor::measure_rate(const Total& total, Instant now) {
  const std::uint64_t sent = total.tally.sent();
  const double fresh = static_cast<double>(sent - last_sent_) / to_seconds(now - last_tick_);
  rate_pps_ = rate_pps_ == 0 ? fresh : kFreshness * fresh + (1 - kFreshness) * rate_pps_;
  last_sent_ = sent;
  last_tick_ = now;
}

scan::Progress Monitor::progress(const Total& total, Instant now) const {
  const std::uint64_t probes = plan_.probes();
  const double done = std::max(static_cast<double>(total.started), 1.0);
  const double left = static_cast<double>(probes - total.started);
  scan::Progress progress{.rate_pps = total.is_sending ? rate_pps_ : 0,
                          .sent = total.started,
                          .total = probes,
                          .remaining = from_seconds(to_seconds(now - began_) * left / done),
                          .found = total.tally.open,
                          .lost = total.tally.kernel_drops + total.tally.discarded,
                          .held_by = trouble_};
  if (!total.is_sending) progress.waiting = total.wait_ends - now;
  return progress;
}

void Monitor::tick(Instant now) {
  if (now - last_tick_ < kTickEvery) return;
  const Total total = collect();
  measure_rate(total, now);
  if (!is_shown_ || !is_read()) return;
  if (style_ == Style::kLine) write_stderr(scan::status_line(progress(total, now)));
  if (style_ == Style::kNdjson) {
    write_stderr(with_members(scan::status_ndjson(progress(total, now)), take_notes()));
  }
}

void Monitor::summarize(Instant now) {
  if (style_ == Style::kNdjson) return;
  if (style_ == Style::kLine) write_stderr(scan::status_line(last_progress(now)));
  std::string text = engine::summary(collect().tally, now - earlier_.began);
  std::vector<engine::RefusedResponses::Summary> refused_responses;
  for (const auto& worker : workers_)
    refused_responses.push_back(worker->status().refused_responses);
  if (const auto sentence = engine::describe(refused_responses))
    text += fmt::format("note: {}\n", *sentence);
  say(text);
}

void Monitor::finish(Instant now) {
  if (style_ != Style::kNdjson) return;
  const std::string object = scan::status_ndjson(last_progress(now));
  write_stderr(with_members(with_members(object, take_notes()), counters_member(collect().tally)));
}

// At the end nothing is sent or waited for.
scan::Progress Monitor::last_progress(Instant now) const {
  Total total = collect();
  total.is_sending = false;
  total.wait_ends = now;
  return progress(total, now);
}

// Returns a member of an object; empty if there are no notes.
std::string Monitor::take_notes() {
  const std::scoped_lock lock(mutex_);
  std::string list;
  for (const std::string& note : std::exchange(notes_, {})) {
    list += fmt::format("{}{}", list.empty() ? "" : ",", quote_json(note));
  }
  return list.empty() ? list : fmt::format(R"("notes":[{}])", list);
}

ProgressSample Monitor::progress_sample() const {
  const Total total = collect();
  return {.counters = {.sent = total.tally.sent(),
                       .asked = total.tally.probes_sent,
                       .answered = total.tally.open + total.tally.closed + total.tally.unfiltered,
                       .dropped = total.tally.kernel_drops},
          .left = plan_.probes() - total.started,
          .is_asking = total.is_sending};
}

std::optional<net::IpAddress> Monitor::silent_router() const {
  for (const auto& worker : workers_) {
    if (const auto router = worker->status().silent_router.address()) return router;
  }
  return std::nullopt;
}

std::optional<std::size_t> Monitor::stuck_link() const {
  for (const auto& worker : workers_) {
    if (const auto number = worker->status().stuck_link) return number - 1;
  }
  return std::nullopt;
}

void Monitor::say(std::string_view line) {
  if (style_ == Style::kNdjson) {
    const std::scoped_lock lock(mutex_);
    notes_.emplace_back(line.substr(0, line.size() - 1));
    return;
  }
  if (style_ == Style::kLine) write_stderr(scan::blank_status_line());
  write_stderr(line);
}

void Monitor::print_status(Instant now) {
  const Total total = collect();
  if (style_ == Style::kNdjson) {
    const std::string object = scan::status_ndjson(progress(total, now));
    return write_stderr(with_members(object, counters_member(total.tally)));
  }
  std::string line = scan::status_line(progress(total, now));
  line.back() = '\n';  // replaces the carriage return, so that the line stays
  say(line + engine::summary(total.tally, now - earlier_.began));
}

std::string Monitor::status_members(Instant now) const {
  const Total total = collect();
  const std::string status = scan::status_ndjson(progress(total, now));
  return fmt::format(R"("status":{},{})", std::string_view(status).substr(0, status.size() - 1),
                     counters_member(total.tally));
}

scan::Metrics Monitor::metrics(Instant now) const {
  const Total total = collect();
  return {.tally = total.tally,
          .progress = progress(total, now),
          .elapsed = now - earlier_.began,
          .workers = plan_.workers};
}

}  // namespace masscan::scan
