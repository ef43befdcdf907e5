#include "engine/pace/prefix_limit.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace masscan::engine {

PrefixLimit::PrefixLimit(double rate_pps)
    : interval_(static_cast<std::int64_t>(std::ceil(1e9 / rate_pps))), due_(kPlaces) {}

bool PrefixLimit::take(const net::IpAddress& address, Instant now) {
  Instant& due = due_of(address);
  if (due - kEarly > now) return false;
  due = std::max(due, now) + interval_;
  return true;
}

void PrefixLimit::give_back(const net::IpAddress& address) { due_of(address) -= interval_; }

// Multiplies by the golden ratio, which spreads neighbouring prefixes evenly.
Instant& PrefixLimit::due_of(const net::IpAddress& address) {
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
  constexpr int kBits = std::countr_zero(kPlaces);
  const std::uint64_t prefix = address.is_v4() ? address.low() >> 8 : address.high();
  return due_[(prefix * kGoldenRatio) >> (64 - kBits)];
}

}  // namespace masscan::engine
