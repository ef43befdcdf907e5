// Contradictions and gaps that are known before any packet.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::cli {

// No targets, no ports, a scan so big that it needs confirmation, what is not built yet.
Result<void> check_scan(const setup::Config& config);
// The part of it that concerns output: all that counts when no packet is sent.
Result<void> check_output(const setup::Config& config);
// No file is read and written to, and none is written to twice, under whatever names: it would be
// emptied before it is read, or grow for ever. "-" is the file that standard input or output is.
Result<void> check_distinct_files(std::span<const std::string> inputs, const setup::Config& config);

}  // namespace masscan::cli
