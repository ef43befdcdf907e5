// The kernel's number of an interface, used by all backends.
#pragma once

#include <string>

#include "base/result.h"

namespace masscan::nic {

// Looks in the network namespace of the calling thread. Returns an Error if there is no such
// interface.
Result<int> interface_index(const std::string& name);

}  // namespace masscan::nic
