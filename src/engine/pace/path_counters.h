// Counters that tell what a path loses: the targets probed, and those that answered.
#pragma once

#include <cstdint>
#include <string>

namespace masscan::engine {

// Totals of all workers since the scan began.
struct PathCounters {
  std::uint64_t sent = 0;      // probes, including retries
  std::uint64_t asked = 0;     // targets
  std::uint64_t answered = 0;  // targets found open or closed
  std::uint64_t dropped = 0;   // frames for us that were lost because our ring was full
};

// True if `answered` is too far below `due` to be chance. `due` is an estimate from `learned_from`
// replies, and has a deviation of its own.
bool are_too_few(double answered, double due, double learned_from);

// Returns the number rounded to two significant digits: "48000".
std::string two_digits(double number);

}  // namespace masscan::engine
