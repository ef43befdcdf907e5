// The progress of a scan as a line of text.
//
//   PLAN BEGAN TURN... SETTINGS CHECK
//
// The fields are 16 hex digits, 12 digits, 20 digits for each round, and twice 16 hex digits.
//
// All lines of one plan have equal length, so a checkpoint file can be overwritten in place. The
// check sum detects a line that was written in part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masscan::setup {

struct ResumePoint {
  std::uint64_t plan = 0;   // Plan::fingerprint
  std::uint64_t began = 0;  // seconds since 1970; older results belong to another scan
  // By round, from the first probes to the last retries: the turn of the shard to resume at. Never
  // ascending.
  std::vector<std::uint64_t> turns;
  // Check sum of the settings; nullopt: written by an older version.
  std::optional<std::uint64_t> settings = {};

  bool operator==(const ResumePoint&) const = default;
  // Takes the earlier turn of each round.
  // REQUIRES: `other` is of the same scan.
  void take_earlier(const ResumePoint& other);
};

std::string to_text(const ResumePoint& point);

// Returns nullopt if the text is not exactly what `to_text` writes.
std::optional<ResumePoint> parse_resume_point(std::string_view text);

}  // namespace masscan::setup
