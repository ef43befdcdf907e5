// Values with a unit: spans of time and sizes.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/time.h"
#include "cli/options/option.h"

namespace masscan::cli {

// "90" (seconds), "10 min", "hourly", at most some decades.
Result<Duration> parse_span(const OptionUse& use);
// The same, below a day; "-1h" is an hour before the end of the day.
Result<Duration> parse_offset(const OptionUse& use);
// Bytes: "512", "10m", "1 GiB"; units are powers of 1024.
Result<std::uint64_t> parse_size(const OptionUse& use);

}  // namespace masscan::cli
