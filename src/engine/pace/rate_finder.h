// Finds the rate that the path carries (`--rate auto`) by the share of the targets that answer.
//
// Targets are asked in random order, so the share that answers is the same in every second, unless
// probes or answers get lost. The finder begins slowly, where nothing is lost, and doubles the rate
// in steps. When fewer answer than must, the path is full, and what still gets through tells what
// it carries: the answers a second, divided by the share. A seventh below that the scan goes on,
// and slower if losses come back. ICMP errors are no witnesses: routers limit their number.
//
// Knows no scan: numbers and time are handed in. In the main thread.
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
  // Nobody may wait longer for a verdict.
  static constexpr Duration kLongest = 9s;

  // Asks no faster than `most_pps`; infinity: as fast as the path carries.
  explicit RateFinder(double most_pps)
      : most_pps_(most_pps), rate_pps_(std::min(kFirstRate, most_pps)) {}

  // Looks at the numbers of `now`, some twenty times a second while the scan asks. True if there is
  // something new to say.
  bool update(const PathCounters& counters, Instant now);
  // The scan did not ask for a while: what is measured begins again.
  void interrupt() { is_measuring_ = false; }

  // Probes a second, from now on.
  double rate_pps() const { return rate_pps_; }
  bool is_found() const { return state_ == State::kFound; }
  // A sentence; before anything is found, what is being done.
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
  double carried_pps_ = 0;  // what gets through, as far as we know
  bool has_news_ = false;

  Instant deadline_{};  // zero: nothing measured yet
  bool is_measuring_ = false;
  Instant settled_at_{};  // until then the path gets used to the rate
  Instant base_at_{};
  PathCounters base_;     // at that time
  PathCounters clean_;    // all steps without loss: they say what share answers
  double clean_pps_ = 0;  // the fastest of these steps
  Sample last_;           // of these
};

}  // namespace masscan::engine
