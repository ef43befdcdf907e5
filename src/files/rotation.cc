#include "files/rotation.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "format/compression.h"
#include "record/record.h"

namespace masscan::files {
namespace {

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string numbered(std::string_view name, std::uint64_t number) {
  const std::string_view packed = format::without_compression(name);
  const std::size_t dot = std::min(packed.rfind('.'), packed.size());
  return fmt::format("{}-{:05}{}", name.substr(0, dot), number, name.substr(dot));
}

std::string dated(std::string_view name, WallTime time) {
  return fmt::format("{:%y%m%d-%H%M%S}-{}", fmt::localtime(record::unix_seconds(time)), name);
}

}  // namespace

WallTime next_rotation(const Rotation& rotation, WallTime time) {
  if (rotation.period <= Duration::zero()) return WallTime::max();
  const Duration since = (time.time_since_epoch() - rotation.offset) % rotation.period;
  const bool is_before = since < Duration::zero();  // 1970, or the first offset after it
  return time - since + (is_before ? Duration::zero() : rotation.period);
}

std::string rotated_path(const Rotation& rotation, std::string_view path, WallTime opened,
                         std::uint64_t attempt) {
  const std::string_view name = name_of(path);
  const std::string kept = rotation.size_bytes > 0
                               ? numbered(name, attempt)
                               : dated(name, opened + std::chrono::seconds(attempt));
  return fmt::format("{}/{}", rotation.directory, kept);
}

}  // namespace masscan::files
