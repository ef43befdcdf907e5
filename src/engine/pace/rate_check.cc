#include "engine/pace/rate_check.h"

#include <fmt/format.h>

namespace masscan::engine {

namespace {

constexpr double kSlowness = 8;
// Replies to probes at the full rate arrive within this time.
constexpr Duration kSettle = 1s;
constexpr double kEnough = 400;            // replies in the slow part
constexpr double kLongestPart = 1.0 / 20;  // of the scan's time

double number(std::uint64_t value) { return static_cast<double>(value); }

}  // namespace

void RateCheck::update(const PathCounters& counters, std::uint64_t left, Instant now) {
  if (began_ == Instant{}) began_ = now;
  if (slow_since_ == Instant{}) {
    if (now > began_) asked_pps_ = number(counters.asked) / to_seconds(now - began_);
    if (!is_time_to_slow_down(counters, left)) return;
    slow_since_ = now;
    probe_rate_pps_ = asked_pps_ / kSlowness;
  }
  if (!fast_ && now - slow_since_ >= kSettle) fast_ = counters;
}

bool RateCheck::is_time_to_slow_down(const PathCounters& counters, std::uint64_t left) const {
  if (counters.answered == 0 || asked_pps_ == 0) return false;
  const double slow_pps = asked_pps_ / kSlowness;
  const double share = number(counters.answered) / number(counters.asked);
  const double needed = kEnough / share + slow_pps * to_seconds(kSettle);
  const double whole_seconds = number(probes_) / asked_pps_;
  return number(left) <= needed && needed / slow_pps <= kLongestPart * whole_seconds;
}

std::optional<std::string> RateCheck::message(const PathCounters& counters) const {
  if (!fast_) return std::nullopt;
  const double slow_asked = number(counters.asked - fast_->asked);
  const double slow_answered = number(counters.answered - fast_->answered);
  if (slow_answered < kEnough / 2) return std::nullopt;
  const double due = slow_answered / slow_asked * number(fast_->asked);
  const double arrived = number(fast_->answered);
  if (!are_too_few(arrived, due, slow_answered)) return std::nullopt;
  return fmt::format(
      "about {:.0f}% of the answers were lost, some {}: the path carries about {} of {} probes/s; "
      "scan with --rate auto, a lower --rate or --retries",
      100 * (1 - arrived / due), two_digits(due - arrived), two_digits(asked_pps_ * arrived / due),
      two_digits(asked_pps_));
}

}  // namespace masscan::engine
