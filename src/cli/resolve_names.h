// Host names of a configuration become addresses.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::cli {

// Asks the name servers, unless there is no name, and puts all addresses of a name in its place.
// Returns notes for the user, on names without an address; it is an Error if no target remains.
// An excluded name of which not every address can be learnt is an Error too: who keeps something
// out must not be disappointed.
Result<std::vector<std::string>> resolve_names(setup::Config& config);

}  // namespace masscan::cli
