// A check sum of the settings behind a resume point: an interrupted scan goes on with exactly
// these.
#pragma once

#include <cstdint>

#include "setup/config.h"

namespace masscan::cli {

// Of the lines that --echo writes, in any order, but those that may be edited (Option::is_editable,
// and all that concerns output). Against accidents, not against people: its key is known.
std::uint64_t settings_sum(const setup::Config& config);

}  // namespace masscan::cli
