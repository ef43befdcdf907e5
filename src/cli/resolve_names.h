// Replaces the host names of a configuration by addresses.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "setup/config.h"

namespace masscan::cli {

// Looks up every name and replaces it by all its addresses. Does nothing if there is no name.
// Returns notes for the user about names without an address.
//
// Errors: no target remains; an excluded name cannot be resolved completely (excludes fail closed).
Result<std::vector<std::string>> resolve_names(setup::Config& config);

}  // namespace masscan::cli
