// `--nmap`: which nmap options are supported, made from the table of options.
#pragma once

#include <string>

namespace masscan::cli {

// At most 80 columns wide.
std::string nmap_text();

}  // namespace masscan::cli
