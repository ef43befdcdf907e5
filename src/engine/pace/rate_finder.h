// Finds the rate that the path carries (`--rate auto`) by the share of the targets that answer.
//
// Targets are probed in random order, so this share is constant unless probes or replies are lost.
// The finder begins at a rate without loss and doubles it in steps. Once significantly fewer
// targets answer, the path is full, and it carries the replies per second divided by the share. The
// scan continues at 85 % of that, and more slowly if losses return. ICMP errors are not counted,
// because routers limit their rate.
// Thread: main. Reads no clock and no counters of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "engine/pace/path_counters.h"

namespace masscan::engine {

class RateFinder {
 public:
  static constexpr double kFirstRate = 1000;
  // The rate is found within this time.
  static constexpr Duration kLongest = 9s;

  // `most_pps` is the upper limit; infinity: as fast as the path carries.
  explicit RateFinder(double most_pps)
      : most_pps_(most_pps), rate_pps_(std::min(kFirstRate, most_pps)) {}

  // Evaluates the counters, some twenty times a second while probes are sent. Returns true if
  // `message` is new.
  bool update(const PathCounters& counters, Instant now);
  // Restarts the current step, after a time without probes.
  void interrupt() { is_measuring_ = false; }

  // The rate to use from now on.
  double rate_pps() const { return rate_pps_; }
  bool is_found() const { return state_ == State::kFound; }
  // Returns a sentence; before the rate is found, what is being done.
  std::string message() const;

 private:
  enum class State : std::uint8_t { kGrowing, kVerifying, kFound };
  enum class Limit : std::uint8_t { kNone, kPath, kReceiver, kSender, kIgnorance, kUser };
  struct Sample {
    PathCounters counted;
    double seconds = 1;

    double sent_pps() const { return static_cast<double>(counted.sent) / seconds; }
  };

  void begin_step(Instant now, Duration settle);
  bool is_enough(const Sample& sample, Instant now) const;
  double expected(const Sample& sample) const;
  bool is_lossy(const Sample& sample) const;
  double carried(const Sample& sample) const;
  void judge(const Sample& sample, Instant now);
  void grow(const Sample& sample, Instant now);
  void retreat(const Sample& sample);
  void settle_for(Limit limit);

  double most_pps_;
  double rate_pps_;
  State state_ = State::kGrowing;
  Limit limit_ = Limit::kNone;
  double carried_pps_ = 0;  // estimate of what the path carries
  bool has_new_message_ = false;

  Instant deadline_{};  // zero: nothing measured yet
  bool is_measuring_ = false;
  Instant settled_at_{};  // end of the time in which the path adapts to the rate
  Instant base_at_{};
  PathCounters base_;     // counters at base_at_
  PathCounters clean_;    // sum of all steps without loss: gives the share that answers
  double clean_pps_ = 0;  // the fastest of these steps
  Sample last_;           // the last of these steps
};

}  // namespace masscan::engine
