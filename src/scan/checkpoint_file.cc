#include "scan/checkpoint_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/staged_file.h"
#include "base/text.h"
#include "base/time.h"

namespace masscan::scan {

namespace {

// The unit that disks write atomically.
constexpr std::size_t kSectorBytes = 512;
// Room for both blocks with a thousand rounds.
constexpr std::size_t kHeadBytes = 64 * 1024;
constexpr std::string_view kKey = "resume-point = ";
constexpr int kMostNames = 1000;
// Settings may contain passwords of databases.
constexpr mode_t kMode = 0600;

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

std::string read_head(int fd) {
  std::string head(kHeadBytes, '\0');
  const ssize_t count = fd < 0 ? 0 : files::read(fd, head);
  head.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return head;
}

// Returns the plan of the checkpoint in `fd`; nullopt if the file is no checkpoint.
std::optional<std::uint64_t> plan_in(int fd) {
  const std::string head = read_head(fd);
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.starts_with(kKey)) continue;
    if (const auto point = setup::parse_resume_point(line.substr(kKey.size()))) return point->plan;
  }
  return std::nullopt;
}

// Returns "paused-2.conf" for "paused.conf" and 2.
std::string numbered(const std::string& path, int number) {
  const std::filesystem::path whole(path);
  const std::string name =
      fmt::format("{}-{}{}", whole.stem().string(), number, whole.extension().string());
  return (whole.parent_path() / name).string();
}

Error failure(const std::string& path, std::string_view reason) {
  return run_error("cannot keep a checkpoint in {}: {}", path, reason);
}

Error failure(const std::string& path) { return failure(path, last_system_error()); }

// A name that the checkpoint may take.
struct Place {
  std::string name;
  UniqueFd found;  // an existing file of the same plan, locked; closed if none
};

// Returns the first of `names` candidate names that is free or holds this plan's checkpoint.
Result<Place> find_place(const std::string& path, std::uint64_t plan, int names) {
  bool is_in_use = false;
  for (int number = 1; number <= names; ++number) {
    std::string name = number == 1 ? path : numbered(path, number);
    if (!is_there(name)) return Place{.name = std::move(name), .found = UniqueFd()};
    UniqueFd fd = files::open(name, O_RDONLY | O_NONBLOCK);
    if (plan_in(fd.get()) != plan) continue;
    const bool is_free = files::lock(fd.get()) && is_named(fd.get(), name);
    if (is_free) return Place{.name = std::move(name), .found = std::move(fd)};
    is_in_use = true;
  }
  if (names > 1) return failure(path, "all names like it are taken");
  if (is_in_use) {
    return run_error(
        "--checkpoint: a scan is running that keeps {}: wait for its end, or name another file",
        path);
  }
  return run_error(
      "--checkpoint: {} is there already and belongs to something else: remove it, or name another "
      "file",
      path);
}

bool write_at(int fd, std::size_t at, std::string_view bytes) {
  return write_all_at(fd, bytes, at) == bytes.size();
}

}  // namespace

Result<CheckpointFile> CheckpointFile::open(const std::string& path, bool chosen,
                                            std::uint64_t plan) {
  Place place = TRY(find_place(path, plan, chosen ? 1 : kMostNames));
  const Result<StagedFile> trial = StagedFile::open(place.name, kMode);
  if (!trial) return failure(place.name, trial.error().message);
  return CheckpointFile(path, std::move(place.name), std::move(place.found));
}

bool CheckpointFile::is_in_place() const {
  struct stat ours {};
  struct stat there {};
  return fd_.is_open() && ::fstat(fd_.get(), &ours) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

Result<void> CheckpointFile::create(const State& state, const std::string& settings) {
  bool is_ours = is_in_place() || (found_.is_open() && is_named(found_.get(), path_));
  if (!is_ours) {
    found_.reset();
    Place place = TRY(find_place(preferred_path_, state.point.plan, kMostNames));
    path_ = std::move(place.name);
    found_ = std::move(place.found);
    is_ours = found_.is_open();
  }
  Result<StagedFile> file = StagedFile::open(path_, kMode);
  if (!file) return failure(path_, file.error().message);
  const std::string head = block(state);
  if (!write_at(file->fd(), 0, head + head + settings)) return failure(path_);
  files::lock(file->fd());  // cannot fail: the file is not in place yet
  Result<UniqueFd> fd = std::move(file).value().put(is_ours ? StagedFile::Existing::kReplaced
                                                            : StagedFile::Existing::kKept);
  if (!fd) return failure(path_, fd.error().message);
  fd_ = std::move(fd).value();
  found_.reset();
  is_second_next_ = false;
  return {};
}

Result<void> CheckpointFile::update(const State& state) {
  const std::string bytes = block(state);
  const std::size_t at = is_second_next_ ? bytes.size() : 0;
  if (!write_at(fd_.get(), at, bytes) || !files::sync_data(fd_.get())) return failure(path_);
  is_second_next_ = !is_second_next_;
  return {};
}

// After a crash the file may reappear if the directory did not reach the disk. That costs some
// repeated probes.
Result<void> CheckpointFile::remove() {
  const bool is_there = is_in_place();
  fd_.reset();
  if (!is_there) return {};
  if (!files::unlink(path_)) {
    return run_error(
        "the scan is complete, but its checkpoint {} could not be removed: {}; remove it", path_,
        last_system_error());
  }
  sync_directory_of(path_);
  return {};
}

// Blocks of one plan have equal length in all states.
std::string CheckpointFile::block(const State& state) const {
  const auto time = std::chrono::time_point_cast<std::chrono::seconds>(wall_now());
  std::string text = fmt::format(
      "# {:6.2f} % done on {:%Y-%m-%d %H:%M:%S} UTC; to continue: masscan --resume {}\n{}{}\n#",
      state.done * 100, time, printable(path_), kKey, setup::to_text(state.point));
  const std::size_t sectors = text.size() / kSectorBytes + 1;
  text.resize(sectors * kSectorBytes - 1, ' ');
  return text + "\n";
}

}  // namespace masscan::scan
