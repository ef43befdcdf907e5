// What a path is judged by: how many targets were asked, and how many answered.
#pragma once

#include <cstdint>
#include <string>

namespace masscan::engine {

// Of all workers together since the scan began.
struct PathCounters {
  std::uint64_t sent = 0;      // probes, first tries and retries
  std::uint64_t asked = 0;     // targets
  std::uint64_t answered = 0;  // targets, by a SYN-ACK or RST
  std::uint64_t dropped = 0;   // frames for us that found our own ring full
};

// Whether so few answers, where `due` must have come, cannot be chance. What is due is an estimate
// from an earlier number of answers, and has its own part of chance.
bool are_too_few(double answered, double due, double learned_from);

// A rate or number with two digits that mean something: "48000".
std::string two_digits(double number);

}  // namespace masscan::engine
