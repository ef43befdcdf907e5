#include "scan/schedule.h"

#include <algorithm>

namespace masscan::scan {

namespace {

// The log must reach back over all rounds, and long enough to know how late an answer comes.
constexpr Duration kShortestMemory = 4s;

}  // namespace

Schedule::Schedule(std::uint64_t count, unsigned retries, Duration retry_delay)
    : count_(count),
      retry_delay_(retry_delay),
      next_(retries + 1, 0),
      log_(std::max<Duration>(retry_delay * (retries + 1), kShortestMemory)) {}

std::optional<Schedule::Turn> Schedule::next(Instant now) {
  for (unsigned round = static_cast<unsigned>(next_.size()) - 1; round > 0; --round) {
    const std::uint64_t due = std::min(log_.sent_by(now - round * retry_delay_), next_[round - 1]);
    if (next_[round] < due) return Turn{next_[round]++, round};
  }
  if (next_[0] == count_) return std::nullopt;
  const Turn turn{next_[0]++, 0};
  log_.record(next_[0], now);
  return turn;
}

void Schedule::stop() {
  count_ = next_.front();
  std::fill(next_.begin(), next_.end(), count_);
}

bool Schedule::is_done() const { return next_.back() == count_; }

Instant Schedule::next_due() const {
  if (next_[0] < count_) return Instant::min();
  Instant due = Instant::max();
  for (std::size_t round = 1; round < next_.size(); ++round) {
    due = std::min(due, log_.due(next_[round], static_cast<std::int64_t>(round) * retry_delay_));
  }
  return due;
}

}  // namespace masscan::scan
