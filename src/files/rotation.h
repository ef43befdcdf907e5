// When a file of results makes room for the next one, and the name under which it is kept. Pure
// arithmetic; files::RotatingFile does it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace masscan::files {

struct Rotation {
  Duration period{};             // 0: time does not matter
  Duration offset{};             // how long after a multiple of the period, UTC
  std::uint64_t size_bytes = 0;  // 0: size does not matter
  std::string directory = ".";   // of the files that are complete

  bool is_on() const { return period > Duration::zero() || size_bytes > 0; }
  bool operator==(const Rotation&) const = default;
};

// The first instant after `time` at which a period ends; the end of time without one.
WallTime next_rotation(const Rotation& rotation, WallTime time);

// Where the file `path`, opened at `opened`, belongs when it is complete: the attempt-th choice, of
// which the first free one is taken. masscan's names: DIR/YYMMDD-HHMMSS-NAME with the local time
// at which the file was opened, a second more at each attempt; with a size DIR/STEM-00000.EXT,
// counting.
std::string rotated_path(const Rotation& rotation, std::string_view path, WallTime opened,
                         std::uint64_t attempt);

}  // namespace masscan::files
