// The text on standard error during a scan: three lines at the start, then one line that overwrites
// itself. The summary at the end is tally.h's. These functions only format; the caller prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/uint128.h"

namespace masscan::scan {

struct Progress {
  double rate_pps = 0;
  std::uint64_t sent = 0;   // probes of the plan, without retries
  std::uint64_t total = 0;  // probes of the plan, or of the shard
  Duration remaining{};     // until the last probe; negative counts as zero
  // Remaining wait for replies after the last probe; negative counts as zero.
  std::optional<Duration> waiting;
  std::uint64_t found = 0;
  std::uint64_t lost = 0;  // frames known to be lost on our side, in or out
  std::string held_by;     // why nothing is sent, "eth0 is down"; empty: no reason
};

// Returns masscan's line, "rate:  0.10-kpps, 23.44% done,   0:00:19 remaining, found=30       \r".
// If frames were lost, ", lost=N" follows `found`.
std::string status_line(const Progress& progress);

// Returns blanks and a carriage return, which erase a status line.
std::string blank_status_line();

// Returns the same as a JSON object and a newline, for programs (--status-ndjson). While nothing
// can be sent it has the member "held_by".
std::string status_ndjson(const Progress& progress);

struct Start {
  std::string_view version;
  std::string_view scan = "SYN Stealth Scan";  // kind of scan
  WallTime time;
  Uint128 hosts = 0;
  std::uint64_t ports = 0;  // for each host; 0: the probes have no ports
  std::uint64_t pairs = 0;  // single pairs of host and port, besides
};

// Returns three lines: the program, and what it is about to do.
std::string start_banner(const Start& start);

}  // namespace masscan::scan
