// Limits the probes into one network: a /24 of IPv4, a /64 of IPv6. Every probe into it has a due
// time, one interval after the previous one (the generic cell rate algorithm).
//
// Prefixes share a table by their hash. Two that meet in one place are limited as one, so a prefix
// never gets more than the rate.
// Owner: Prober. Thread: the worker's. Reads no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "net/ip_address.h"

namespace masscan::engine {

class PrefixLimit {
 public:
  // Number of prefixes, or groups of them, that are limited on their own: 2 MiB.
  static constexpr std::size_t kPlaces = std::size_t{1} << 18;
  // A probe may be this early, because a probe that was refused is tried again at such intervals.
  // In any time t a prefix gets at most `rate_pps * (t + kEarly) + 1` probes.
  static constexpr Duration kEarly = 10ms;

  explicit PrefixLimit(double rate_pps);

  // Returns true if a probe of `address` may be sent at `now`, and counts it.
  bool take(const net::IpAddress& address, Instant now);
  // Takes back a probe that was counted but not sent.
  void give_back(const net::IpAddress& address);

 private:
  Instant& due_of(const net::IpAddress& address);

  Duration interval_;
  std::vector<Instant> due_;  // by place: when the next probe is due
};

}  // namespace masscan::engine
