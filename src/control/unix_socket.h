// The unix socket through which a running scan is spoken to: a file only its user may open.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::control {

// Creates the file, with mode 0600. A socket that nobody listens to any more is replaced; anything
// else of that name is an Error. The caller removes the file.
Result<UniqueFd> listen_at(const std::string& path);

// Sending and receiving give up after some seconds.
Result<UniqueFd> connect_to(const std::string& path);

}  // namespace masscan::control
