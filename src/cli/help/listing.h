// Listings of names with a sentence beside or below each, in 80 columns.
#pragma once

#include <string>
#include <string_view>

namespace masscan::cli {

void append_entry(std::string& out, std::string_view names, std::string_view sentence);

}  // namespace masscan::cli
