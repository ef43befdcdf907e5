// Layout of --help and --nmap: names on the left, text on the right or below, in 80 columns.
#pragma once

#include <string>
#include <string_view>

#include "cli/options/option.h"

namespace masscan::cli {

// Returns "(default: 10)", or nothing if the row has no default value.
std::string default_text(const Option& option);

// Appends one entry. The text ends with `ending`, which is not broken across lines.
void append_entry(std::string& out, std::string_view names, std::string_view text,
                  std::string_view ending = "");

}  // namespace masscan::cli
