#include "scan/schedule.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace masscan::scan {

namespace {

// The log must reach back over all rounds, and long enough to know how late an answer comes.
constexpr Duration kShortestMemory = 4s;

}  // namespace

Schedule::Schedule(std::uint64_t count, unsigned retries, Duration retry_delay)
    : Schedule(count, std::vector<std::uint64_t>(retries + 1, 0), retry_delay) {}

Schedule::Schedule(std::uint64_t count, std::vector<std::uint64_t> next, Duration retry_delay)
    : count_(count),
      retry_delay_(retry_delay),
      begin_(std::move(next)),
      next_(begin_),
      log_(std::max<Duration>(retry_delay * static_cast<int>(next_.size()), kShortestMemory)) {
  DCHECK(std::is_sorted(next_.rbegin(), next_.rend()) && next_.front() <= count_);
}

std::optional<Schedule::Turn> Schedule::next(Instant now) {
  if (is_stopped_) return std::nullopt;
  if (!has_begun_) {
    has_begun_ = true;
    log_.record(next_.front(), now);
  }
  for (unsigned round = rounds() - 1; round > 0; --round) {
    const std::uint64_t due = std::min(log_.sent_by(now - round * retry_delay_), next_[round - 1]);
    if (next_[round] < due) return Turn{next_[round]++, round};
  }
  if (next_[0] == count_) return std::nullopt;
  const Turn turn{next_[0]++, 0};
  log_.record(next_[0], now);
  return turn;
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

}  // namespace masscan::scan
