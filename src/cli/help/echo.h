// Prints a configuration as a file that repeats the same scan.
#pragma once

#include <string>

#include "cli/help/origins.h"
#include "setup/config.h"

namespace masscan::cli {

// Uses masscan's order and layout, because scripts compare this text with masscan's. Also writes
// the settings that masscan leaves out (excludes, wait, ttl, show, ...) if they differ from the
// default. With `origins` it adds a comment above every key that says where the value came from.
std::string echo_text(const setup::Config& config, const Origins* origins = nullptr);

}  // namespace masscan::cli
