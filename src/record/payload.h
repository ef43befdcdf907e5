// The requests over UDP that a result can name as the one that was answered.
#pragma once

#include <cstdint>
#include <string_view>

namespace masscan::record {

// Returns the name of a request: "dns-version". Empty for 0 and unknown numbers.
std::string_view payload_name(std::uint8_t number);
// The inverse; 0 for other names, as those of the user's payloads.
std::uint8_t payload_number(std::string_view name);

}  // namespace masscan::record
