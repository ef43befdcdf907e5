// The unix socket for control of a running scan, accessible only to its user.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::control {

// Creates the file with mode 0600. Replaces a socket without a listener; anything else of that name
// is an Error. The caller removes the file.
Result<UniqueFd> listen_at(const std::string& path);

// Sending and receiving time out after some seconds.
Result<UniqueFd> connect_to(const std::string& path);

}  // namespace masscan::control
