#include "engine/shared_controls.h"

namespace masscan::engine {

SharedControls::SharedControls(double rate_pps, const targets::AddressSet& excludes)
    : rate_pps_(rate_pps) {
  if (!excludes.empty()) set_excludes(excludes);
}

Directives SharedControls::directives() const {
  const StopMode stop_mode = stop_mode_.load(std::memory_order_relaxed);
  return {
      .stop_mode = stop_mode,
      .is_paused = stop_mode == StopMode::kNone && is_paused_.load(std::memory_order_relaxed),
      .is_held = stop_mode == StopMode::kNone && is_held_.load(std::memory_order_relaxed),
      .outages = outages_.load(std::memory_order_relaxed),
      .rate_pps = rate_pps_.load(std::memory_order_relaxed),
      .probe_rate_pps = probe_rate_pps_.load(std::memory_order_relaxed),
  };
}

void SharedControls::request_stop(StopMode least) {
  StopMode present = stop_mode_.load(std::memory_order_relaxed);
  while (present < least && !stop_mode_.compare_exchange_weak(present, least)) continue;
}

}  // namespace masscan::engine
