#include "scan/pacer.h"

#include <algorithm>
#include <cmath>

namespace masscan::scan {

namespace {

double interval_ns(double rate_pps) { return std::isinf(rate_pps) ? 0 : 1e9 / rate_pps; }

}  // namespace

Pacer::Pacer(double rate_pps) : interval_ns_(interval_ns(rate_pps)) {}

std::size_t Pacer::available(Instant now, std::size_t most) {
  granted_ = 0;
  if (!is_limited()) return most;
  if (!started_) {
    started_ = true;
    origin_ = now;
  }
  double late_ns = static_cast<double>((now - origin_).count()) - offset_ns_;
  if (late_ns < 0) return 0;
  const auto max_lag_ns = static_cast<double>(kMaxLag.count());
  if (late_ns > max_lag_ns + interval_ns_) {
    if (is_busy_) missed_ += static_cast<std::uint64_t>((late_ns - max_lag_ns) / interval_ns_);
    origin_ = now;
    offset_ns_ = -max_lag_ns;
    late_ns = max_lag_ns;
  }
  const double due = std::floor(late_ns / interval_ns_) + 1;
  granted_ = static_cast<std::size_t>(std::min(due, static_cast<double>(most)));
  return granted_;
}

void Pacer::spend(std::size_t frames) {
  is_busy_ = frames >= granted_;
  offset_ns_ += static_cast<double>(frames) * interval_ns_;
  // Whole hours move into the origin, where they cost no precision.
  constexpr double kHourNs = 3600e9;
  if (offset_ns_ > kHourNs) {
    origin_ += std::chrono::hours(1);
    offset_ns_ -= kHourNs;
  }
}

Instant Pacer::next_due() const {
  return is_limited() ? origin_ + Duration(static_cast<std::int64_t>(std::ceil(offset_ns_)))
                      : Instant::min();
}

void Pacer::set_rate(double rate_pps, Instant now) {
  if (!is_limited()) started_ = false;
  if (started_) {
    const double late_ns = static_cast<double>((now - origin_).count()) - offset_ns_;
    const double frames = std::min(late_ns, static_cast<double>(kMaxLag.count())) / interval_ns_;
    origin_ = now;
    offset_ns_ = -frames * interval_ns(rate_pps);
  }
  interval_ns_ = interval_ns(rate_pps);
}

void Pacer::forgive(Instant now) {
  if (next_due() >= now) return;
  origin_ = now;
  offset_ns_ = 0;
}

}  // namespace masscan::scan
