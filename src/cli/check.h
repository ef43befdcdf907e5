// Contradictions and gaps that are known before any packet.
#pragma once

#include "base/result.h"
#include "scan/config.h"

namespace masscan::cli {

// No targets, no ports, a scan so big that it needs confirmation, what is not built yet.
Result<void> check_scan(const scan::Config& config);
// The part of it that concerns output: all that counts when no packet is sent.
Result<void> check_output(const scan::Config& config);

}  // namespace masscan::cli
