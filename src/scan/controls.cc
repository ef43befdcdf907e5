#include "scan/controls.h"

namespace masscan::scan {

Controls::Controls(double rate_pps, const targets::AddressSet& excludes) : rate_pps_(rate_pps) {
  if (!excludes.empty()) set_excludes(excludes);
}

Orders Controls::orders() const {
  const Urgency urgency = urgency_.load(std::memory_order_relaxed);
  return {
      .urgency = urgency,
      .is_paused = urgency == Urgency::kNone && is_paused_.load(std::memory_order_relaxed),
      .is_held = urgency == Urgency::kNone && is_held_.load(std::memory_order_relaxed),
      .outages = outages_.load(std::memory_order_relaxed),
      .rate_pps = rate_pps_.load(std::memory_order_relaxed),
  };
}

void Controls::raise(Urgency least) {
  Urgency present = urgency_.load(std::memory_order_relaxed);
  while (present < least && !urgency_.compare_exchange_weak(present, least)) continue;
}

}  // namespace masscan::scan
