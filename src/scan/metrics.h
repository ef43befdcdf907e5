// The metrics of a running scan in Prometheus' text format, version 0.0.4; see
// docs/formats/metrics.md.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "base/version.h"
#include "engine/tally.h"
#include "scan/status_line.h"

namespace masscan::scan {

struct Metrics {
  engine::Tally tally;
  Progress progress;
  Duration elapsed{};  // since the scan began
  unsigned workers = 0;
  double rate_limit_pps = 0;  // infinity: no limit
  bool is_paused = false;
  bool is_stopping = false;
  std::string_view version = kVersion;
};

std::string to_prometheus(const Metrics& metrics);

}  // namespace masscan::scan
