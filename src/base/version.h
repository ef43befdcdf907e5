// The version of the program.
#pragma once

#include <string_view>

namespace masscan {

inline constexpr std::string_view kVersion = "2.0.0";

}  // namespace masscan
