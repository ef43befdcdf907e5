#include "engine/pace/path_counters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace masscan::engine {

bool are_too_few(double answered, double due, double learned_from) {
  constexpr double kTolerance = 0.03;  // hosts and routers vary
  constexpr double kDeviations = 3;
  if (due == 0 || learned_from == 0) return false;
  const double deviation = std::sqrt(due + due * due / learned_from);
  return answered < due * (1 - kTolerance) - kDeviations * deviation;
}

std::string two_digits(double number) {
  const double unit = std::pow(10, std::floor(std::log10(std::max(number, 10.0))) - 1);
  return fmt::format("{:.0f}", std::round(number / unit) * unit);
}

}  // namespace masscan::engine
