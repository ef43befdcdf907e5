#include "scan/status_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace masscan::scan {
namespace {

double percent_done(const Progress& progress) {
  if (progress.total == 0) return 100;
  return 100 * static_cast<double>(progress.sent) / static_cast<double>(progress.total);
}

std::uint64_t unsent(const Progress& progress) {
  return progress.total - std::min(progress.sent, progress.total);
}

// Returns whole seconds, never negative.
std::uint64_t seconds(Duration duration) {
  return static_cast<std::uint64_t>(std::max(duration, Duration::zero()) / std::chrono::seconds(1));
}

struct Clock {
  std::uint64_t hours, minutes, seconds;
};

Clock to_clock(Duration duration) {
  const std::uint64_t total = seconds(duration);
  return {total / 3600, total / 60 % 60, total % 60};
}

// Returns the state of the sender, in columns of fixed width.
std::string phase(const Progress& progress) {
  if (!progress.held_by.empty()) return ' ' + progress.held_by;
  if (progress.waiting) return fmt::format(" waiting {}-secs", seconds(*progress.waiting));
  const Clock left = to_clock(progress.remaining);
  return fmt::format("{:4}:{:02}:{:02} remaining", left.hours, left.minutes, left.seconds);
}

// Returns the last member of the object, or nothing.
std::string held_member(const Progress& progress) {
  if (progress.held_by.empty()) return "";
  return R"(,"held_by":)" + quote_json(printable(progress.held_by));
}

}  // namespace

std::string status_line(const Progress& progress) {
  const std::string lost = progress.lost == 0 ? "" : fmt::format(", lost={}", progress.lost);
  return fmt::format("rate:{:6.2f}-kpps, {:5.2f}% done,{}, found={}{}       \r",
                     progress.rate_pps / 1000, percent_done(progress), phase(progress),
                     progress.found, lost);
}

std::string blank_status_line() { return std::string(77, ' ') + '\r'; }

std::string status_ndjson(const Progress& progress) {
  const std::string rate = fmt::format(R"("rate":{{"kpps":{:.2f},"pps":{:.2f}}})",
                                       progress.rate_pps / 1000, progress.rate_pps);
  const std::string percent = fmt::format(R"("percent":{:.2f})", percent_done(progress));
  const std::string syn = fmt::format(R"("syn":{{"sent":{},"total":{},"remaining":{}}})",
                                      progress.sent, progress.total, unsent(progress));
  if (progress.waiting) {
    return fmt::format(R"({{"state":"waiting",{},"progress":{{{},"seconds":{},"found":{},{}}}{}}})"
                       "\n",
                       rate, percent, seconds(*progress.waiting), progress.found, syn,
                       held_member(progress));
  }
  const Clock left = to_clock(progress.remaining);
  return fmt::format(
      R"({{"state":"running",{},"progress":{{{},"eta":{{"hours":{},"mins":{},"seconds":{}}},)"
      R"({},"found":{}}}{}}})"
      "\n",
      rate, percent, left.hours, left.minutes, left.seconds, syn, progress.found,
      held_member(progress));
}

// Returns "5 hosts [2 ports/host]", "7 address:port pairs", or both.
std::string describe_targets(const Start& start) {
  const std::string pairs = fmt::format("{} address:port pairs", start.pairs);
  if (start.hosts == 0 && start.pairs > 0) return pairs;
  std::string product = fmt::format("{} hosts", to_string(start.hosts));
  if (start.ports > 0) {
    product += fmt::format(" [{} {}/host]", start.ports, start.ports == 1 ? "port" : "ports");
  }
  return start.pairs > 0 ? product + " and " + pairs : product;
}

std::string start_banner(const Start& start) {
  const auto time = std::chrono::time_point_cast<std::chrono::seconds>(start.time);
  return fmt::format(
      "Starting masscan {} at {:%Y-%m-%d %H:%M:%S} GMT\n"
      "Initiating {}\n"
      "Scanning {}\n",
      start.version, time, start.scan, describe_targets(start));
}

}  // namespace masscan::scan
