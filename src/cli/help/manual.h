// The manual page, made from the table of options: `masscan --manual | man -l -`.
#pragma once

#include <string>

namespace masscan::cli {

// In the man macros of roff.
std::string manual_text();

}  // namespace masscan::cli
