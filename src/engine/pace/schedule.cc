#include "engine/pace/schedule.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace masscan::engine {

namespace {

// The log must cover all rounds, and the round trip of late replies.
constexpr Duration kShortestMemory = 4s;

}  // namespace

Schedule::Schedule(std::uint64_t count, unsigned retries, Duration retry_delay)
    : Schedule(count, std::vector<std::uint64_t>(retries + 1, 0), retry_delay) {}

Schedule::Schedule(std::uint64_t count, std::vector<std::uint64_t> next, Duration retry_delay)
    : count_(count),
      retry_delay_(retry_delay),
      begin_(std::move(next)),
      next_(begin_),
      ahead_(begin_),
      log_(std::max<Duration>(retry_delay * static_cast<int>(next_.size()), kShortestMemory)) {
  DCHECK(std::is_sorted(next_.rbegin(), next_.rend()) && next_.front() <= count_);
}

std::optional<Schedule::Ask> Schedule::next(Instant now) {
  if (is_stopped_) return std::nullopt;
  begin(now);
  for (unsigned round = rounds() - 1; round > 0; --round) {
    if (is_due(round, now)) return Ask{next_[round]++, round};
  }
  if (next_[0] == count_) return std::nullopt;
  const Ask ask{next_[0], 0};
  take(1, now);
  return ask;
}

// Turns taken now make no retry due now, unless the retry delay is 0.
std::uint64_t Schedule::run(Instant now, std::uint64_t most) const {
  if (is_stopped_) return 0;
  for (unsigned round = 1; round < rounds(); ++round) {
    if (retry_delay_ <= Duration{0} || is_due(round, now)) return 0;
  }
  return std::min(most, count_ - next_[0]);
}

// The log gets two marks, as from single turns: of all turns after the first it keeps the last.
void Schedule::take(std::uint64_t count, Instant now) {
  begin(now);
  log_.record(next_[0] + 1, now);
  next_[0] += count;
  log_.record(next_[0], now);
}

void Schedule::go_back(unsigned round, std::uint64_t next) {
  ahead_[round] = std::max(ahead_[round], next_[round]);
  next_[round] = std::min(next_[round], next);
  if (round == 0) log_.take_back(next_[0]);
}

unsigned Schedule::taken(std::uint64_t turn) const {
  unsigned round = 0;
  while (round < rounds() && std::max(next_[round], ahead_[round]) > turn) ++round;
  return round;
}

void Schedule::begin(Instant now) {
  if (has_begun_) return;
  has_begun_ = true;
  log_.record(next_.front(), now);
}

bool Schedule::is_due(unsigned round, Instant now) const {
  return next_[round] < std::min(log_.sent_by(now - round * retry_delay_), next_[round - 1]);
}

bool Schedule::is_done() const { return is_stopped_ || next_.back() == count_; }

Instant Schedule::next_due() const {
  if (is_stopped_) return Instant::max();
  if (next_[0] < count_) return Instant::min();
  Instant due = Instant::max();
  for (std::size_t round = 1; round < next_.size(); ++round) {
    due = std::min(due, log_.due(next_[round], static_cast<std::int64_t>(round) * retry_delay_));
  }
  return due;
}

}  // namespace masscan::engine
