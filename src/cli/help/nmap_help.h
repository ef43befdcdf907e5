// `--nmap`: what people who come from nmap can use here, made from the table of options.
#pragma once

#include <string>

namespace masscan::cli {

// At most 80 columns wide.
std::string nmap_text();

}  // namespace masscan::cli
