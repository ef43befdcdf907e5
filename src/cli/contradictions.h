// Checks a complete configuration for contradictions and missing settings before the first packet.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::cli {

// Errors: no targets, no ports, a scan so big that it needs confirmation, an unsupported setting.
Result<void> check_scan(const setup::Config& config);
// Checks the output settings only, for actions that send no packet.
Result<void> check_output(const setup::Config& config);
// Checks that no file is both read and written, and that none is written twice, also through
// different names. Such a file would be emptied before it is read, or would grow without end. "-"
// stands for the file behind standard input or output.
Result<void> check_distinct_files(std::span<const std::string> inputs, const setup::Config& config);

}  // namespace masscan::cli
