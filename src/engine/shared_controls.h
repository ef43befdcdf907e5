// Settings that change while a scan runs: rate, pause, late excludes, stop mode, and whether the
// links can be used. Every worker reads them before each batch; a lock is taken only for new
// excludes.
// Thread: written by the main thread; `request_stop` and `directives` from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "engine/late_excludes.h"
#include "engine/pace/pacer.h"
#include "targets/address_set.h"

namespace masscan::engine {

// How the scan is to end.
enum class StopMode : int {
  kNone,      // when all targets are probed and the wait for replies is over
  kGraceful,  // no new probes, a short wait for replies
  kNow,
};

// The controls as one worker applies them.
struct Directives {
  StopMode stop_mode = StopMode::kNone;
  bool is_paused = false;  // never while the scan is ending
  bool is_held = false;    // a link cannot be used, nothing is sent; never while the scan is ending
  std::uint64_t outages = 0;  // of links so far; each may have lost recent frames
  // Of all workers together; infinity: no limit. Everything that is sent obeys the first one.
  double rate_pps = 0;
  double probe_rate_pps = Pacer::kUnlimited;  // of probes alone
  // Addresses not probed, in addition to those the plan leaves out; null: none.
  // Valid until: the next call of LateExcludes::Reader::latest.
  const targets::AddressSet* excludes = nullptr;
};

class SharedControls {
 public:
  // `excludes` apply from the start; empty: none.
  SharedControls(double rate_pps, const targets::AddressSet& excludes);

  // Returns the controls without excludes: each worker has a LateExcludes::Reader of its own.
  Directives directives() const;
  LateExcludes& excludes() { return excludes_; }
  // Raises the stop mode to at least `least`; it is never lowered.
  void request_stop(StopMode least);

  // Thread: the main thread, for the rest.
  void set_paused(bool is_paused) { is_paused_.store(is_paused, std::memory_order_relaxed); }
  void set_held(bool is_held) { is_held_.store(is_held, std::memory_order_relaxed); }
  void set_outages(std::uint64_t outages) { outages_.store(outages, std::memory_order_relaxed); }
  void set_rate(double rate_pps) { rate_pps_.store(rate_pps, std::memory_order_relaxed); }
  void set_probe_rate(double rate_pps) {
    probe_rate_pps_.store(rate_pps, std::memory_order_relaxed);
  }
  void set_excludes(targets::AddressSet excludes) { excludes_.replace(std::move(excludes)); }

 private:
  std::atomic<StopMode> stop_mode_ = StopMode::kNone;
  std::atomic<bool> is_paused_ = false;
  std::atomic<bool> is_held_ = false;
  std::atomic<std::uint64_t> outages_ = 0;
  std::atomic<double> rate_pps_;
  std::atomic<double> probe_rate_pps_ = Pacer::kUnlimited;
  LateExcludes excludes_;
};

}  // namespace masscan::engine
