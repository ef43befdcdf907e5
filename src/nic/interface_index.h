// The kernel's number for an interface, by which everything in this folder asks for it.
#pragma once

#include <string>

#include "base/result.h"

namespace masscan::nic {

// In the network namespace of the calling thread. An Error if there is no interface of that name.
Result<int> interface_index(const std::string& name);

}  // namespace masscan::nic
