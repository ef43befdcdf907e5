// A part of a scan, for several machines. Shard X of Y takes the positions X-1, X-1+Y, X-1+2Y, ...
// of the shuffled order. With equal seeds and plans, the Y shards are disjoint and complete.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masscan::targets {

struct Shard {
  std::uint64_t number = 1;  // 1 to count
  std::uint64_t count = 1;   // below 2^32

  constexpr bool operator==(const Shard&) const = default;
};

// Parses "X/Y". `place` names its source in the Error.
Result<Shard> parse_shard(std::string_view text, std::string_view place);
std::string to_string(const Shard& shard);

}  // namespace masscan::targets
