// Rates in packets a second, as a user writes them: 5000, 0.5, and "max" or "unlimited".
#pragma once

#include <optional>
#include <string_view>

namespace masscan::net {

constexpr double kLeastRate = 0.01;
constexpr double kMostRate = 1e12;  // far above any wire, far below what a double cannot count
constexpr std::string_view kNoLimit = "max";

// Infinity: no limit. Nothing if it is no number, or one out of these bounds.
std::optional<double> parse_rate(std::string_view text);

}  // namespace masscan::net
