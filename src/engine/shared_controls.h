// What may change while a scan runs: how fast, whether at all, whom never to ask, and when to end,
// as the user wants it; and whether the links can be used. Written by the main thread (the end by
// the writer too), read by every worker before each batch, without a lock unless excludes came.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "engine/late_excludes.h"
#include "targets/address_set.h"

namespace masscan::engine {

// How much the user wants the scan to end.
enum class StopMode : int {
  kNone,      // when everything is asked and answered
  kGraceful,  // ask nothing new, wait a moment for answers
  kNow,
};

// What holds for a worker at one moment.
struct Directives {
  StopMode stop_mode = StopMode::kNone;
  bool is_paused = false;  // never while the scan is to end
  bool is_held = false;    // a link cannot be used: nothing leaves; never while the scan is to end
  std::uint64_t outages = 0;  // of links so far: each may have lost what was sent lately
  double rate_pps = 0;        // of all workers together; infinity: no limit
  // Never to be asked, besides what the plan leaves out; null: none. Those that a
  // LateExcludes::Reader gives, until its next look.
  const targets::AddressSet* excludes = nullptr;
};

class SharedControls {
 public:
  // `excludes` are in force from the start; empty: none.
  SharedControls(double rate_pps, const targets::AddressSet& excludes);

  // From any thread. Without excludes: whoever obeys them has a reader of his own.
  Directives directives() const;
  LateExcludes& excludes() { return excludes_; }
  // From any thread. An urgency is only ever raised.
  void request_stop(StopMode least);

  // The rest is the main thread's.
  void set_paused(bool is_paused) { is_paused_.store(is_paused, std::memory_order_relaxed); }
  void set_held(bool is_held) { is_held_.store(is_held, std::memory_order_relaxed); }
  void set_outages(std::uint64_t outages) { outages_.store(outages, std::memory_order_relaxed); }
  void set_rate(double rate_pps) { rate_pps_.store(rate_pps, std::memory_order_relaxed); }
  void set_excludes(targets::AddressSet excludes) { excludes_.replace(std::move(excludes)); }

 private:
  std::atomic<StopMode> stop_mode_ = StopMode::kNone;
  std::atomic<bool> is_paused_ = false;
  std::atomic<bool> is_held_ = false;
  std::atomic<std::uint64_t> outages_ = 0;
  std::atomic<double> rate_pps_;
  LateExcludes excludes_;
};

}  // namespace masscan::engine
