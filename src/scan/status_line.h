// What the user reads on standard error while a scan runs: three lines at the start, then one line
// that rewrites itself (the summary at the end is tally.h's). Pure text; who prints it, and when,
// is the caller's business.
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
  std::uint64_t total = 0;  // probes of the plan; the shard's part of them
  Duration remaining{};     // until the last probe; negative counts as none
  // Everything was sent and this long we still wait for answers; negative counts as none.
  std::optional<Duration> waiting;
  std::uint64_t found = 0;
  std::uint64_t lost = 0;  // frames that we know were lost on our side, in or out
  std::string held_by;     // why nothing leaves, "eth0 is down"; empty: nothing is wrong
};

// masscan's line, "rate:  0.10-kpps, 23.44% done,   0:00:19 remaining, found=30       \r", with
// ", lost=N" after `found` when anything was lost.
std::string status_line(const Progress& progress);

// Wipes a status line: blanks and a carriage return.
std::string blank_status_line();

// The same as a JSON object and a newline, for programs (--status-ndjson): with a member more,
// "held_by", while something is wrong.
std::string status_ndjson(const Progress& progress);

struct Start {
  std::string_view version;
  std::string_view scan = "SYN Stealth Scan";  // what kind
  WallTime time;
  Uint128 hosts = 0;
  std::uint64_t ports = 0;  // for each host; 0: what is asked has no ports
  std::uint64_t pairs = 0;  // of a host and a port, besides
};

// Three lines: who we are and what is about to happen.
std::string start_banner(const Start& start);

}  // namespace masscan::scan
