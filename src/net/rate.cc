#include "net/rate.h"

#include <limits>

#include "base/text.h"

namespace masscan::net {

std::optional<double> parse_rate(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == kNoLimit || word == "unlimited") return std::numeric_limits<double>::infinity();
  const std::optional<double> rate = parse_double(text);
  return rate && *rate >= kLeastRate && *rate <= kMostRate ? rate : std::nullopt;
}

}  // namespace masscan::net
