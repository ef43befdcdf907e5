// Decides when to stop waiting for replies after the last probe.
//
// The wait never exceeds the user's limit (--wait). It is shorter if no reply has arrived for
// several times the slowest round trip so far. Without any reply the whole limit is used, because
// the delay of the path is unknown.
//
// With --wait 0 the replies of one round trip are still awaited, by the same rule with shorter
// times.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/time.h"

namespace masscan::engine {

class ReplyTimeout {
 public:
  // The silence lasts at least kSlownessFactor slowest round trips, and kShortestSilence: a distant
  // router may have to resolve its neighbour first, and repeats a lost query after a second.
  static constexpr int kSlownessFactor = 8;
  static constexpr Duration kShortestSilence = 1500ms;
  // The wait that applies whatever the user's limit: kRoundTrip, or less if replies have arrived
  // and none has for kRoundTripSilence.
  static constexpr Duration kRoundTrip = 500ms;
  static constexpr Duration kRoundTripSilence = 200ms;

  explicit ReplyTimeout(Duration longest) : ReplyTimeout(longest, kRoundTrip) {}
  // For scans whose probes cannot be answered.
  static ReplyTimeout none() { return ReplyTimeout(Duration{0}, Duration{0}); }

  void on_send(Instant at) { last_send_ = at; }
  void on_answer(Instant at, Duration round_trip) {
    last_answer_ = at;
    slowest_ = std::max(slowest_, round_trip);
  }
  // Lowers the limit, after an interrupt.
  void shorten(Duration longest) { longest_ = std::min(longest_, longest); }

  // Returns when waiting ends if nothing else is sent or received and replies are still missing.
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
