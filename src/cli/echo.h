// The configuration as a file that brings about the same scan again.
#pragma once

#include <string>

#include "scan/config.h"

namespace masscan::cli {

// In masscan's order and layout, so that its scripts and files keep working; settings that masscan
// forgets (excludes, wait, ttl, show, ...) are written too where they are not the default.
std::string echo_text(const scan::Config& config);

}  // namespace masscan::cli
