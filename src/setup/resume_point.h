// How far a scan had come, as a line of text that outlives it.
//
//   PLAN BEGAN TURN... SETTINGS CHECK
//
// of 16 hex digits, 12 digits, 20 digits for each round, and twice 16 hex digits.
//
// All lines of one plan are equally long, so that a checkpoint file can be overwritten in place; a
// line that was written by halves fails its check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masscan::setup {

struct ResumePoint {
  std::uint64_t plan = 0;   // Plan::fingerprint
  std::uint64_t began = 0;  // seconds since 1970; results from before belong to another scan
  // By round, from the first probes to the last retries: the turn of the shard to go on with.
  // Never ascending.
  std::vector<std::uint64_t> turns;
  // A check sum of the settings that stand behind the point. Nothing: an older version wrote it.
  std::optional<std::uint64_t> settings = {};

  bool operator==(const ResumePoint&) const = default;
  // Of each round the earlier turn. `other` is of the same scan.
  void take_earlier(const ResumePoint& other);
};

std::string to_text(const ResumePoint& point);

// Nothing if the text is not exactly what `to_text` writes.
std::optional<ResumePoint> parse_resume_point(std::string_view text);

}  // namespace masscan::setup
