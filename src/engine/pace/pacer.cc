#include "engine/pace/pacer.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace masscan::engine {

namespace {

constexpr double ns_of(Duration duration) { return static_cast<double>(duration.count()); }

double interval_ns(double rate_pps) { return std::isinf(rate_pps) ? 0 : 1e9 / rate_pps; }

// Returns how many frames are due, if the first is `late_ns` late and they are `interval_ns` apart.
double frames_due(double late_ns, double interval_ns) {
  return std::max(std::floor(late_ns / interval_ns) + 1, 0.0);
}

}  // namespace

double Pacer::DueTimes::late_ns(Instant now) const { return ns_of(now - origin_) - offset_ns_; }

Instant Pacer::DueTimes::next() const {
  return origin_ + Duration(static_cast<std::int64_t>(std::ceil(offset_ns_)));
}

void Pacer::DueTimes::advance(double ns) {
  offset_ns_ += ns;
  // Whole hours move into the origin, so that the offset keeps its precision.
  if (offset_ns_ > ns_of(1h)) {
    origin_ += 1h;
    offset_ns_ -= ns_of(1h);
  }
}

void Pacer::DueTimes::restart(Instant now, double late_ns) {
  origin_ = now;
  offset_ns_ = -late_ns;
}

Pacer::Pacer(double rate_pps) : interval_ns_(interval_ns(rate_pps)), held_up_ns_(ns_of(kHeldUp)) {}

std::size_t Pacer::available(Instant now, std::size_t most) {
  granted_ = 0;
  const Duration nap = now - std::exchange(moment_, now);
  if (!is_limited()) return most;
  if (!started_) {
    started_ = true;
    due_.restart(now, 0);
    catch_up_.restart(now, 0);
  }
  const double lost_ns = due_.late_ns(now) - ns_of(kMaxLag);
  if (lost_ns > interval_ns_) {
    if (is_busy_) missed_ += static_cast<std::uint64_t>(lost_ns / interval_ns_);
    due_.restart(now, ns_of(kMaxLag));
  }
  if (catch_up_.late_ns(now) > ns_of(kBurst)) catch_up_.restart(now, ns_of(kBurst));

  const double late_ns = due_.late_ns(now);
  const double due = frames_due(late_ns, interval_ns_);
  const double catch_up = frames_due(catch_up_.late_ns(now), interval_ns_ / kCatchUpFactor);
  const double overdue = overdue_frames(late_ns, nap);
  granted_ = static_cast<std::size_t>(
      std::min({due, std::max(catch_up, overdue), static_cast<double>(most)}));
  return granted_;
}

double Pacer::overdue_frames(double late_ns, Duration nap) {
  // A few thousand punctual calls restore the threshold from any value.
  constexpr double kRecovery = ns_of(kHeldUp) / 4096;
  if (late_ns <= ns_of(kBurst)) {
    held_up_ns_ = std::min(held_up_ns_ + kRecovery, ns_of(kHeldUp));
    return 0;
  }
  if (nap <= kBurst || late_ns < held_up_ns_) return 0;
  const double frames = frames_due(late_ns - held_up_ns_, interval_ns_);
  held_up_ns_ /= 2;
  return frames;
}

void Pacer::spend(std::size_t frames, bool has_more) {
  const bool is_all = granted_ == 0 ? is_busy_ : frames >= granted_;
  is_busy_ = is_all && has_more;
  due_.advance(static_cast<double>(frames) * interval_ns_);
  catch_up_.advance(static_cast<double>(frames) * interval_ns_ / kCatchUpFactor);
  // Frames sent at once do not delay the frames after them.
  const double ahead_ns = interval_ns_ / kCatchUpFactor;
  if (-catch_up_.late_ns(moment_) > ahead_ns) catch_up_.restart(moment_, -ahead_ns);
}

Instant Pacer::next_due() const {
  return is_limited() ? std::max(due_.next(), catch_up_.next()) : Instant::min();
}

Instant Pacer::send_at(Instant ready, Instant now) const {
  const Instant due = next_due();
  return due <= now ? ready : std::max({ready, due, now + kBatch});
}

void Pacer::set_rate(double rate_pps, Instant now) {
  if (!is_limited()) started_ = false;
  if (started_) {
    const double frames = std::min(due_.late_ns(now), ns_of(kMaxLag)) / interval_ns_;
    due_.restart(now, frames * interval_ns(rate_pps));
    catch_up_.restart(now, 0);
  }
  interval_ns_ = interval_ns(rate_pps);
}

void Pacer::drop_overdue(Instant now) {
  if (due_.next() < now) due_.restart(now, 0);
}

}  // namespace masscan::engine
