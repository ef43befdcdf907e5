// Parsers of values with a unit: durations and sizes.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "cli/options/option.h"

namespace masscan::cli {

// Accepts "90" (seconds), "10 min", "hourly", up to 68 years.
Result<Duration> parse_span(const OptionUse& use);
// Accepts a duration below one day; "-1h" is one hour before the end of the day.
Result<Duration> parse_offset(const OptionUse& use);
// Accepts bytes: "512", "10m", "1 GiB". Units are powers of 1024.
Result<std::uint64_t> parse_size(const OptionUse& use);

}  // namespace masscan::cli
