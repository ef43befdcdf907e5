// Host names of a configuration become addresses.
#pragma once

#include "base/result.h"
#include "scan/config.h"

namespace masscan::cli {

// Asks the name servers, unless there is no name, and puts all addresses of a name in its place.
// Names without an address are told on standard error, and it is an Error if no target remains.
// An excluded name of which not every address can be learnt is an Error too: who keeps something
// out must not be disappointed.
Result<void> resolve_names(scan::Config& config);

}  // namespace masscan::cli
