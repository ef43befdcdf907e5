#include "files/rotating_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/unique_fd.h"

namespace masscan::files {
namespace {

constexpr std::string_view kStandardOutput = "-";
constexpr Duration kLongestWait = 1s;

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

// Renames the file to the first free name, starting at `number` if names are numbered.
Result<void> move_away(const Rotation& rotation, const std::string& path, WallTime opened,
                       std::uint64_t& number) {
  const bool is_numbered = rotation.size_bytes > 0;
  for (std::uint64_t attempt = is_numbered ? number : 0;; ++attempt) {
    const std::string kept = rotated_path(rotation, path, opened, attempt);
    if (move_to_free_name(path, kept)) {
      if (is_numbered) number = attempt + 1;
      return {};
    }
    if (errno != EEXIST) {
      return run_error("cannot move results from {} to {}: {}; they are in {}", path, kept,
                       last_system_error(), path);
    }
  }
}

// Reports early what would otherwise fail at the first rotation, possibly days later.
Result<void> check_directory(const Rotation& rotation, const std::string& path) {
  const std::string& directory = rotation.directory;
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    return run_error("cannot keep files in the directory {}: {}; make it, or change --rotate-dir",
                     directory, last_system_error());
  }
  const auto file = status_of(path);
  const auto target = status_of(directory);
  if (file && !S_ISREG(file->st_mode)) {
    return run_error("{} is no file that could be rotated; leave out --rotate", path);
  }
  if (!file || !target || file->st_dev == target->st_dev) return {};
  return run_error(
      "files cannot be moved from {} to {}, which is another file system; put both into one", path,
      directory);
}

// Rotates what a crash left under the file's name. Returns true if there was something.
Result<bool> move_leftover(const Rotation& rotation, const std::string& path,
                           std::uint64_t& number) {
  const auto status = status_of(path);
  if (!status || !S_ISREG(status->st_mode) || status->st_size == 0) return false;
  const WallTime changed(std::chrono::seconds(status->st_mtim.tv_sec));
  TRY(move_away(rotation, path, changed, number));
  return true;
}

}  // namespace

Result<RotatingFile> RotatingFile::open(std::string path, const format::Format& format, bool append,
                                        format::DocumentInfo info, Rotation rotation) {
  RotatingFile file =
      TRY(prepare(std::move(path), format, append, std::move(info), std::move(rotation)));
  TRY(file.begin());
  return file;
}

Result<RotatingFile> RotatingFile::prepare(std::string path, const format::Format& format,
                                           bool append, format::DocumentInfo info,
                                           Rotation rotation) {
  if (path == kStandardOutput) rotation = {};
  if (rotation.is_on()) TRY(check_directory(rotation, path));
  const WallTime began = info.began;
  ResultFile document = TRY(ResultFile::prepare(path, format, append, info));
  if (rotation.is_on()) TRY(check_directory(rotation, path));
  return RotatingFile(std::move(document),
                      {std::move(path), &format, std::move(info), std::move(rotation), append},
                      began);
}

Result<void> RotatingFile::begin() {
  has_begun_ = true;
  const bool is_first = purpose_.rotation.is_on() && !purpose_.append;
  if (!is_first || !TRY(move_leftover(purpose_.rotation, purpose_.path, number_))) {
    return document_.begin();
  }
  document_ = TRY(ResultFile::open(purpose_.path, *purpose_.format, false, purpose_.info));
  return {};
}

RotatingFile::RotatingFile(ResultFile document, Purpose purpose, WallTime now)
    : document_(std::move(document)),
      purpose_(std::move(purpose)),
      now_(now),
      flushed_(now),
      opened_(now),
      next_(next_rotation(purpose_.rotation, now)) {}

Result<void> RotatingFile::write(std::span<const record::Record> records) {
  if (purpose_.rotation.size_bytes == 0) return document_.write(records);
  Result<void> outcome;
  for (const record::Record& record : records) {
    Result<void> room = make_room();
    TRY(document_.write(record));
    if (outcome) outcome = std::move(room);
  }
  return outcome;
}

Result<void> RotatingFile::write(const record::Banner& banner) {
  Result<void> room = make_room();
  TRY(document_.write(banner));
  return room;
}

Result<void> RotatingFile::make_room() {
  const std::uint64_t limit = purpose_.rotation.size_bytes;
  const bool is_full = limit > 0 && document_.size() >= limit && !document_.is_empty();
  return is_full ? rotate() : Result<void>();
}

Result<void> RotatingFile::tick(WallTime now) {
  now_ = now;
  if (now < next_) return {};
  next_ = next_rotation(purpose_.rotation, now);
  return document_.is_empty() ? Result<void>() : rotate();
}

Result<void> RotatingFile::flush_if_due() {
  const bool is_early = now_ >= flushed_ && now_ < flushed_ + kLongestWait;
  if (document_.is_compressed() && is_early) return {};
  flushed_ = now_;
  return document_.flush();
}

Result<void> RotatingFile::close(WallTime time) {
  now_ = time;
  if (!has_begun_) return {};
  return purpose_.rotation.is_on() ? retire() : document_.close(time);
}

// A file that cannot be renamed is continued.
Result<void> RotatingFile::rotate() {
  if (!document_.is_writable()) return {};
  Result<void> retired = retire();
  document_ = TRY(ResultFile::open(purpose_.path, *purpose_.format, !retired, purpose_.info));
  opened_ = now_;
  next_ = next_rotation(purpose_.rotation, now_);
  return retired;
}

Result<void> RotatingFile::retire() {
  const bool is_empty = document_.is_empty();
  const UniqueFd file = TRY(document_.duplicate());
  TRY(document_.close(now_));
  // Later checkpoints do not flush this file, but rely on its contents.
  if (file.is_open() && !sync_data(file.get())) {
    return run_error("cannot force the results in {} to the disk: {}", purpose_.path,
                     last_system_error());
  }
  if (!is_empty) return move_away(purpose_.rotation, purpose_.path, opened_, number_);
  if (files::unlink(purpose_.path) || errno == ENOENT) return {};
  return run_error("cannot remove {}, which holds no results: {}", purpose_.path,
                   last_system_error());
}

}  // namespace masscan::files
