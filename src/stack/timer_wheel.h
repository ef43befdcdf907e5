// Timers of numbered objects, one each, in steps of kStep. Setting and stopping one takes constant
// time; a timer goes off at most one step late.
// Owner: whoever owns the objects. Thread: one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace masscan::stack {

// What an object has for its timer.
struct TimerLink {
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::uint32_t next = kNone;
  std::uint32_t previous = kNone;
  std::uint32_t bucket = kNone;  // kNone: it does not run
};

// `Links` gives the TimerLink of an object: `TimerLink& operator()(std::uint32_t number)`.
template <typename Links>
class TimerWheel {
 public:
  static constexpr Duration kStep = 10ms;
  static constexpr std::uint32_t kBuckets = 4096;  // 41 s; later ones are looked at on the way

  explicit TimerWheel(Links links) : links_(links) { buckets_.fill(TimerLink::kNone); }

  // Sets the timer of an object, which may run already.
  void set(std::uint32_t number, Instant at, Instant now) {
    stop(number);
    if (count_ == 0) passed_ = std::max(passed_, steps(now));
    const std::int64_t step = std::max(steps(at) + 1, passed_ + 1);
    insert(number, static_cast<std::uint32_t>(std::min(step, passed_ + kBuckets - 1) % kBuckets));
  }
  void stop(std::uint32_t number) {
    TimerLink& link = links_(number);
    if (link.bucket == TimerLink::kNone) return;
    (link.previous == TimerLink::kNone ? buckets_[link.bucket] : links_(link.previous).next) =
        link.next;
    if (link.next != TimerLink::kNone) links_(link.next).previous = link.previous;
    link = {};
    --count_;
  }
  // Stops a timer whose time has come and returns its object; one that was set far ahead may be
  // returned early. Nullopt: there is none.
  std::optional<std::uint32_t> pop(Instant now) {
    const std::int64_t present = steps(now);
    if (count_ == 0) passed_ = std::max(passed_, present);
    for (; passed_ < present || buckets_[passed_ % kBuckets] != TimerLink::kNone; ++passed_) {
      const std::uint32_t number = buckets_[passed_ % kBuckets];
      if (number == TimerLink::kNone) continue;
      stop(number);
      return number;
    }
    return std::nullopt;
  }
  bool is_empty() const { return count_ == 0; }

 private:
  static std::int64_t steps(Instant at) { return at.time_since_epoch() / kStep; }

  void insert(std::uint32_t number, std::uint32_t bucket) {
    TimerLink& link = links_(number);
    link = {.next = buckets_[bucket], .bucket = bucket};
    if (link.next != TimerLink::kNone) links_(link.next).previous = number;
    buckets_[bucket] = number;
    ++count_;
  }

  Links links_;
  std::array<std::uint32_t, kBuckets> buckets_;
  std::int64_t passed_ = 0;  // all buckets before this step are empty
  std::size_t count_ = 0;
};

}  // namespace masscan::stack
