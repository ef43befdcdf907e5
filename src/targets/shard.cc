#include "targets/shard.h"

#include <fmt/format.h>

#include "base/text.h"

namespace masscan::targets {

Result<Shard> parse_shard(std::string_view text, std::string_view place) {
  const std::size_t slash = text.find('/');
  const auto number = parse_number<std::uint32_t>(trim(text.substr(0, slash)));
  const auto count = slash == std::string_view::npos
                         ? std::nullopt
                         : parse_number<std::uint32_t>(trim(text.substr(slash + 1)));
  if (!number || !count) {
    return usage_error("{}: '{}' is not a shard; write X/Y, such as 1/3, for part X of Y", place,
                       text);
  }
  if (*number == 0 || *number > *count) {
    return usage_error("{}: there is no shard '{}'; X in X/Y goes from 1 to Y", place, text);
  }
  return Shard{.number = *number, .count = *count};
}

std::string to_string(const Shard& shard) {
  return fmt::format("{}/{}", shard.number, shard.count);
}

}  // namespace masscan::targets
