// The numbers of a whole scan, summed over its workers: one table says of each what it is called
// and what it means, in the summary, in JSON and as a metric.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace masscan::engine {

// What each counts is said in the table of tally.cc.
struct Tally {
  // Out.
  std::uint64_t probes_sent = 0;
  std::uint64_t retries_sent = 0;
  std::uint64_t neighbor_requests = 0;
  std::uint64_t refused = 0;
  std::uint64_t buffer_full = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t behind = 0;
  std::uint64_t discarded = 0;
  std::uint64_t unroutable = 0;
  std::uint64_t unresolved = 0;
  std::uint64_t excluded = 0;

  // In.
  std::uint64_t received = 0;
  std::uint64_t answers = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t foreign = 0;
  std::uint64_t bad = 0;
  std::uint64_t kernel_drops = 0;

  // Found.
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  std::uint64_t filtered = 0;

  Tally& operator+=(const Tally& other);
};

// A counter and all that is said about it to users and programs.
struct Counter {
  enum class Kind : std::uint8_t {
    kTraffic,    // in the first line of the summary
    kPortState,  // in its second line; the metric ports_found tells them by a label
    kLoss,       // under "Lost"
    kNote,       // under "Noted"
  };

  std::uint64_t Tally::*member;
  std::string_view name;  // in JSON, and as a label
  std::string_view metric;
  std::string_view meaning;
  Kind kind;
};

// Every counter once, in the order of JSON.
std::span<const Counter> counters();

// {"probes_sent":1,...}: every counter under its name.
std::string to_json(const Tally& tally);

// A few lines: what was sent, what answered, what was found, and every place where frames were
// lost or set aside. Counters that are 0 are not mentioned, those of the first two lines excepted.
std::string summary(const Tally& tally, Duration elapsed);

}  // namespace masscan::engine
