// Computes when a result file is rotated, and its final name. Does no I/O; files::RotatingFile
// renames the files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"

namespace masscan::files {

struct Rotation {
  Duration period{};             // 0: not by time
  Duration offset{};             // after a multiple of the period, UTC
  std::uint64_t size_bytes = 0;  // 0: not by size
  std::string directory = ".";   // for completed files

  bool is_on() const { return period > Duration::zero() || size_bytes > 0; }
  bool operator==(const Rotation&) const = default;
};

// Returns the first end of a period after `time`; the end of time without a period.
WallTime next_rotation(const Rotation& rotation, WallTime time);

// Returns the final name of the file `path`, opened at `opened`. `attempt` counts names that exist
// already. masscan's names: DIR/YYMMDD-HHMMSS-NAME with the local time of opening, one second later
// per attempt; with a size limit DIR/STEM-00000.EXT, counting up.
std::string rotated_path(const Rotation& rotation, std::string_view path, WallTime opened,
                         std::uint64_t attempt);

}  // namespace masscan::files
