// The counters of a scan, summed over its workers. One table gives the name and meaning of each in
// the summary, in JSON and as a metric.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"

namespace masscan::engine {

// The table in tally.cc says what each counts.
struct Tally {
  // Sent.
  std::uint64_t probes_sent = 0;
  std::uint64_t retries_sent = 0;
  std::uint64_t canaries_sent = 0;
  std::uint64_t neighbor_requests = 0;
  std::uint64_t refused = 0;
  std::uint64_t buffer_full = 0;
  std::uint64_t unanswered = 0;
  std::uint64_t behind = 0;
  std::uint64_t discarded = 0;
  std::uint64_t unroutable = 0;
  std::uint64_t unresolved = 0;
  std::uint64_t excluded = 0;

  // Received.
  std::uint64_t received = 0;
  std::uint64_t answers = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t canary_answers = 0;
  std::uint64_t foreign = 0;
  std::uint64_t bad = 0;
  std::uint64_t kernel_drops = 0;

  // Found.
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  std::uint64_t filtered = 0;
  std::uint64_t unfiltered = 0;
  std::uint64_t open_filtered = 0;
  std::uint64_t suspect = 0;
  std::uint64_t unjudged = 0;
  std::uint64_t unchecked = 0;
  std::uint64_t heard = 0;
  std::uint64_t silent = 0;
  std::uint64_t ended = 0;
  std::uint64_t untaken = 0;

  // Returns the number of all probes that left.
  std::uint64_t sent() const { return probes_sent + retries_sent + canaries_sent; }
  Tally& operator+=(const Tally& other);
};

// A counter, and how it is shown to users and programs.
struct Counter {
  enum class Kind : std::uint8_t {
    kTraffic,    // in the first line of the summary
    kPortState,  // in its second line; a label of the metric ports_found
    kLoss,       // under "Lost"
    kNote,       // under "Noted"
  };

  std::uint64_t Tally::*member;
  std::string_view name;  // in JSON, and as a label
  std::string_view metric;
  std::string_view meaning;
  Kind kind;
};

// Returns every counter once, in the order of JSON.
std::span<const Counter> counters();

// Returns {"probes_sent":1,...}: every counter under its name.
std::string to_json(const Tally& tally);

// Returns a few lines: frames sent, replies, results, and every place where frames were lost or set
// aside. Counters that are 0 are omitted, except in the first two lines.
std::string summary(const Tally& tally, Duration elapsed);

}  // namespace masscan::engine
