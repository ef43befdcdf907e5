// Monotonic time. The engine receives it as an argument and never reads a clock, so that a scan can
// run on simulated time. Only the thread loops call `now()`.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace masscan {

using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""us;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""h;

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

inline Instant now() { return std::chrono::steady_clock::now(); }
inline WallTime wall_now() { return std::chrono::system_clock::now(); }

// Converts to milliseconds for poll(2), rounded up so that poll does not return early. Returns -1
// (no timeout) if there is no deadline.
inline int poll_timeout(Instant deadline) {
  if (deadline == Instant::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

inline double to_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}
// Clamps to what a Duration can hold, 285 years: the rest of a scan at a low rate can be longer.
inline Duration from_seconds(double seconds) {
  constexpr double kMost = 9e9;
  const std::chrono::duration<double> held(std::clamp(seconds, -kMost, kMost));
  return std::chrono::duration_cast<Duration>(held);
}

}  // namespace masscan
