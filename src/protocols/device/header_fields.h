// Messages in the form of HTTP: a line, then fields (RFC 9110, 5).
#pragma once

#include <string_view>

namespace masscan::protocols {

// Returns the first line without its end.
std::string_view first_line(std::string_view message);

// Returns the value of a field, whose name may have any case; empty if there is none.
std::string_view header_field(std::string_view message, std::string_view name);

}  // namespace masscan::protocols
