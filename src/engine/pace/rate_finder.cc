#include "engine/pace/rate_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace masscan::engine {

namespace {

// Replies to probes at the previous rate are not counted. After a decrease queues have to drain.
constexpr Duration kSettle = 400ms;
constexpr Duration kDrain = 700ms;
constexpr Duration kShortestStep = 250ms;
// Length of a measurement once the rate is found.
constexpr Duration kWatch = 2s;

// Below this rate a step without enough replies counts as lossless after a while.
constexpr double kTrustedRate = 10'000;
constexpr Duration kLongestTrustedStep = 1200ms;
constexpr double kEnough = 60;  // expected replies needed for a decision
constexpr double kGrowth = 2;
constexpr double kMargin = 0.85;    // of what is carried
constexpr double kDeepest = 0.125;  // largest decrease in one step

// Accuracy of the estimate of what is carried, as a factor.
constexpr double kNear = 1.2;
// Tolerated part of the replies that is lost in our own ring.
constexpr double kToleratedDrops = 0.01;
// A scan that sends less than this part of its rate is limited by this machine.
constexpr double kFallingBehind = 0.8;

PathCounters operator-(const PathCounters& a, const PathCounters& b) {
  return {a.sent - b.sent, a.asked - b.asked, a.answered - b.answered, a.dropped - b.dropped};
}
PathCounters operator+(const PathCounters& a, const PathCounters& b) {
  return {a.sent + b.sent, a.asked + b.asked, a.answered + b.answered, a.dropped + b.dropped};
}

double number(std::uint64_t value) { return static_cast<double>(value); }

}  // namespace

bool RateFinder::update(const PathCounters& counters, Instant now) {
  if (deadline_ == Instant{}) deadline_ = now + kLongest;
  if (!is_measuring_) begin_step(now, kSettle);
  if (now < settled_at_) {
    base_ = counters;
    base_at_ = now;
    return false;
  }
  const Sample sample{.counted = counters - base_, .seconds = to_seconds(now - base_at_)};
  if (!is_enough(sample, now)) return false;
  has_new_message_ = false;
  const double before_pps = rate_pps_;
  judge(sample, now);
  begin_step(now, rate_pps_ < before_pps ? kDrain : kSettle);
  return has_new_message_;
}

void RateFinder::begin_step(Instant now, Duration settle) {
  is_measuring_ = true;
  settled_at_ = now + settle;
}

bool RateFinder::is_enough(const Sample& sample, Instant now) const {
  const Duration elapsed = now - base_at_;
  if (is_found()) return elapsed >= kWatch && expected(sample) >= kEnough;
  if (elapsed < kShortestStep) return false;
  const bool is_trusted = state_ == State::kGrowing && rate_pps_ < kTrustedRate;
  const double answers = std::max(expected(sample), number(sample.counted.answered));
  return answers >= kEnough || (is_trusted && elapsed >= kLongestTrustedStep) || now >= deadline_;
}

// Returns the number of replies without loss.
double RateFinder::expected(const Sample& sample) const {
  if (clean_.asked == 0) return 0;
  return number(clean_.answered) / number(clean_.asked) * number(sample.counted.asked);
}

bool RateFinder::is_lossy(const Sample& sample) const {
  const double answered = number(sample.counted.answered);
  const double dropped = number(sample.counted.dropped);
  if (dropped > kToleratedDrops * (answered + dropped)) return true;
  return are_too_few(answered, expected(sample), number(clean_.answered));
}

// Returns how many probes per second get through.
double RateFinder::carried(const Sample& sample) const {
  const double due = expected(sample);
  const double share_arrived = due > 0 ? number(sample.counted.answered) / due : 0;
  return std::min(share_arrived, 1.0) * sample.sent_pps();
}

void RateFinder::judge(const Sample& sample, Instant now) {
  if (is_lossy(sample)) {
    retreat(sample);
    if (is_found() || now >= deadline_) settle_for(limit_);
    return;
  }
  if (is_found()) return;
  // A path that carried more before was only disturbed: this is not its limit.
  const bool is_refuted = carried_pps_ < clean_pps_ / kGrowth && now < deadline_;
  if (state_ == State::kVerifying && !is_refuted) return settle_for(limit_);
  state_ = State::kGrowing;
  grow(sample, now);
}

void RateFinder::grow(const Sample& sample, Instant now) {
  clean_ = clean_ + sample.counted;
  last_ = sample;
  clean_pps_ = std::max(clean_pps_, sample.sent_pps());
  if (sample.sent_pps() < kFallingBehind * rate_pps_ && sample.counted.sent > 0) {
    carried_pps_ = sample.sent_pps();
    return settle_for(Limit::kSender);
  }
  if (now >= deadline_) {
    carried_pps_ = rate_pps_;
    return settle_for(Limit::kIgnorance);
  }
  if (rate_pps_ >= most_pps_) {
    carried_pps_ = most_pps_;
    return settle_for(Limit::kUser);
  }
  rate_pps_ = std::min(rate_pps_ * kGrowth, most_pps_);
}

void RateFinder::retreat(const Sample& sample) {
  carried_pps_ = carried(sample);
  // The step before was already too fast, by less than its deviation.
  if (carried_pps_ < kNear * last_.sent_pps() &&
      number(clean_.answered - last_.counted.answered) >= kEnough) {
    clean_pps_ = last_.sent_pps() / kGrowth;
    clean_ = clean_ - std::exchange(last_, {}).counted;
    carried_pps_ = carried(sample);
  }
  rate_pps_ = std::min(std::max(kMargin * carried_pps_, kDeepest * rate_pps_), most_pps_);
  limit_ = sample.counted.dropped > 0 ? Limit::kReceiver : Limit::kPath;
  state_ = is_found() ? State::kFound : State::kVerifying;
}

void RateFinder::settle_for(Limit limit) {
  limit_ = limit;
  state_ = State::kFound;
  has_new_message_ = true;
}

std::string RateFinder::message() const {
  const std::string carried = two_digits(carried_pps_);
  const std::string rate = two_digits(rate_pps_);
  switch (limit_) {
    case Limit::kNone:
      return fmt::format("looking for the rate that the path carries, now at {}/s", rate);
    case Limit::kPath:
      return fmt::format("the path carries about {} probes/s: asking {}/s", carried, rate);
    case Limit::kReceiver:
      return fmt::format("this machine takes the answers to about {} probes/s: asking {}/s",
                         carried, rate);
    case Limit::kSender:
      return fmt::format("this machine sends about {} probes/s, and the path carries them",
                         carried);
    case Limit::kUser:
      return fmt::format(
          "the path carries {} probes/s: asking no faster than the limit that was set", carried);
    case Limit::kIgnorance:
      return fmt::format(
          "nothing was lost up to {} probes/s, as far as the answers tell: asking "
          "no faster",
          carried);
  }
  return {};
}

}  // namespace masscan::engine
