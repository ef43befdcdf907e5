// Checksum of the settings behind a resume point. A resumed scan must have the same settings.
#pragma once

#include <cstdint>

#include "setup/config.h"

namespace masscan::cli {

// Covers the lines that --echo writes, in any order, except those that may be edited
// (Option::is_editable, and all output settings). Detects accidents only: its key is public.
std::uint64_t settings_sum(const setup::Config& config);

}  // namespace masscan::cli
