// The numbers of a whole scan, summed over its workers, and the summary that tells them.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace masscan::engine {

struct Tally {
  // Out.
  std::uint64_t probes_sent = 0;        // frames that left, first tries
  std::uint64_t retries_sent = 0;       // frames that left, later tries
  std::uint64_t neighbor_requests = 0;  // ARP and NDP questions of our own
  std::uint64_t refused = 0;            // "not now" of the kernel; the frames left later
  std::uint64_t buffer_full = 0;        // of these: for want of send buffer, not by the driver
  std::uint64_t unanswered = 0;         // resets and neighbours' answers that others may not have
  std::uint64_t behind = 0;             // frames by which the processor missed the rate
  std::uint64_t discarded = 0;          // frames that could never leave
  std::uint64_t unroutable = 0;         // probes not sent: the kernel has no way to their targets
  std::uint64_t unresolved = 0;         // probes not sent: nobody answered for their next hop
  std::uint64_t excluded = 0;           // probes not sent: excluded while the scan ran

  // In.
  std::uint64_t received = 0;      // frames the kernel handed to us
  std::uint64_t answers = 0;       // of these: replies that prove they answer a probe of ours
  std::uint64_t duplicate = 0;     // of the answers: said what was known already
  std::uint64_t foreign = 0;       // frames that answer no probe of ours
  std::uint64_t bad = 0;           // frames too short or with a wrong checksum
  std::uint64_t kernel_drops = 0;  // frames for us that found our receive ring full

  // Found.
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  std::uint64_t filtered = 0;
};

// {"probes_sent":1,...}: every counter under its name.
std::string to_json(const Tally& tally);

// A few lines: what was sent, what answered, what was found, and every place where frames were
// lost or set aside. Counters that are 0 are not mentioned, those of the first two lines excepted.
std::string summary(const Tally& tally, Duration elapsed);

}  // namespace masscan::engine
