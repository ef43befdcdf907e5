// When to stop waiting for answers after the last probe.
//
// Never longer than the user allows (--wait). Earlier when every target has answered, or when the
// silence has lasted several times longer than the slowest answer so far took. A scan that has
// heard nothing at all waits to the end: it has no idea how slow the path is.
//
// Who allows no time (--wait 0) means not to wait for those that stay silent, and wants what
// answers at once all the same: the answers of one round trip are awaited in any case, by the same
// rule with shorter times.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace masscan::engine {

class ReplyTimeout {
 public:
  // How much longer than the slowest answer the silence must last, and at least how long: a router
  // far away may first have to resolve its neighbour, and repeats a lost question after a second.
  static constexpr int kSlownessFactor = 8;
  static constexpr Duration kShortestSilence = 1500ms;
  // Whatever the user allows: no round trip takes longer, and once there are answers, a silence as
  // long as this means that the others do not come at once.
  static constexpr Duration kRoundTrip = 500ms;
  static constexpr Duration kRoundTripSilence = 200ms;

  explicit ReplyTimeout(Duration longest) : ReplyTimeout(longest, kRoundTrip) {}
  // Where nobody can answer.
  static ReplyTimeout none() { return ReplyTimeout(Duration{0}, Duration{0}); }

  void on_send(Instant at) { last_send_ = at; }
  void on_answer(Instant at, Duration round_trip) {
    last_answer_ = at;
    slowest_ = std::max(slowest_, round_trip);
  }
  // The user is in a hurry.
  void shorten(Duration longest) { longest_ = std::min(longest_, longest); }

  // When waiting ends, if nothing else is sent or heard and answers are still missing.
  Instant deadline() const {
    return std::max(deadline(longest_, kShortestSilence), deadline(round_trip_, kRoundTripSilence));
  }

 private:
  ReplyTimeout(Duration longest, Duration round_trip)
      : longest_(longest), round_trip_(round_trip) {}

  Instant deadline(Duration longest, Duration shortest_silence) const {
    const Instant end = last_send_ + longest;
    if (last_answer_ == Instant{}) return end;
    const Duration silence = std::max<Duration>(kSlownessFactor * slowest_, shortest_silence);
    return std::min(end, std::max(last_send_, last_answer_) + silence);
  }

  Duration longest_;
  Duration round_trip_;
  Instant last_send_{};
  Instant last_answer_{};  // zero: none yet
  Duration slowest_{0};
};

}  // namespace masscan::engine
