// The configuration as a file that brings about the same scan again.
#pragma once

#include <string>

#include "cli/help/origins.h"
#include "setup/config.h"

namespace masscan::cli {

// In masscan's order and layout, so that its scripts and files keep working; settings that masscan
// forgets (excludes, wait, ttl, show, ...) are written too where they are not the default. With
// `origins` a comment above every key says where its value came from; without, there is none,
// because scripts compare this text with masscan's.
std::string echo_text(const setup::Config& config, const Origins* origins = nullptr);

}  // namespace masscan::cli
