// Texts about the program itself, made from the table of options.
#pragma once

#include <string>

namespace masscan::cli {

// At most 80 columns wide.
std::string help_text();
std::string usage_text();
std::string version_text();

}  // namespace masscan::cli
