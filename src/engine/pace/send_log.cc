#include "engine/pace/send_log.h"

#include <algorithm>

namespace masscan::engine {

SendLog::SendLog(Duration span)
    : resolution_(std::max<Duration>(span / (kMarks / 2), 1ms)), marks_(kMarks) {}

void SendLog::record(std::uint64_t end, Instant at) {
  if (count_ > 0) {
    // A mark covers all turns sent within `resolution_` of its first one. Its time is that of the
    // last, so that no turn counts as sent too early.
    const Instant previous = count_ > 1 ? mark(count_ - 2).at : Instant::min();
    Mark& newest = marks_[(first_ + count_ - 1) % marks_.size()];
    if (end == newest.end) return;
    if (previous != Instant::min() && at - previous < resolution_) {
      newest = {end, at};
      return;
    }
  }
  if (count_ == marks_.size()) {
    forgotten_ = mark(0).end;
    first_ = (first_ + 1) % marks_.size();
    --count_;
  }
  marks_[(first_ + count_) % marks_.size()] = {end, at};
  ++count_;
}

void SendLog::take_back(std::uint64_t end) {
  while (count_ > 0 && mark(count_ - 1).end > end) --count_;
  forgotten_ = std::min(forgotten_, end);
}

template <typename Predicate>
std::size_t SendLog::find(Predicate is_later) const {
  std::size_t low = 0;
  std::size_t high = count_;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (is_later(mark(middle))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

std::uint64_t SendLog::sent_by(Instant at) const {
  const std::size_t later = find([at](const Mark& mark) { return mark.at > at; });
  return later == 0 ? forgotten_ : mark(later - 1).end;
}

Instant SendLog::sent_at(std::uint64_t turn) const {
  const std::size_t covering = find([turn](const Mark& mark) { return mark.end > turn; });
  if (covering == count_) return count_ == 0 ? Instant::min() : mark(count_ - 1).at;
  return std::max(mark(covering).at, late_);
}

Instant SendLog::reached(std::uint64_t end) const {
  const std::size_t beyond = find([end](const Mark& mark) { return mark.end > end; });
  return beyond == 0 ? Instant::min() : mark(beyond - 1).at;
}

Instant SendLog::due(std::uint64_t end, Duration age) const {
  const std::size_t beyond = find([end](const Mark& mark) { return mark.end > end; });
  return beyond == count_ ? Instant::max() : mark(beyond).at + age;
}

}  // namespace masscan::engine
