#include "base/written_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <string_view>

#include "base/file.h"

namespace masscan {
namespace {

constexpr std::string_view kStandardOutput = "-";
constexpr mode_t kMode = 0666;  // minus the umask
// Attempts to open a file that another program replaces repeatedly.
constexpr int kMostAttempts = 10;

UniqueFd open_or_make(const std::string& path, int flags, int interruption, bool& is_new) {
  UniqueFd fd = files::open(path, O_WRONLY | O_CREAT | O_EXCL | flags, kMode);
  is_new = fd.is_open();
  return is_new ? std::move(fd) : open_for_writing(path, O_CREAT | flags, kMode, interruption);
}

}  // namespace

// Between opening and locking, rotation or a merge may rename or remove the file. It is then opened
// again.
Result<WrittenFile> WrittenFile::open(std::string path, int flags, int interruption) {
  if (path == kStandardOutput) {
    WrittenFile file(std::move(path), files::duplicate(STDOUT_FILENO));
    if (!file.is_open()) return run_error("{}", last_system_error());
    file.is_regular_ = is_regular_file(file.fd());
    return file;
  }
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    bool is_new = false;
    WrittenFile file(path, open_or_make(path, flags, interruption, is_new));
    if (!file.is_open()) return run_error("{}", last_system_error());
    file.is_regular_ = is_regular_file(file.fd());
    if (!file.is_regular_) return file;
    if (!files::lock(file.fd())) break;
    if (!is_named(file.fd(), path)) continue;
    file.is_new_ = is_new;
    return file;
  }
  return run_error(
      "another scan or conversion is writing to it; wait for its end, or name another file");
}

WrittenFile::~WrittenFile() {
  if (is_new_) files::unlink(path_);
}

bool WrittenFile::begin_empty() {
  const bool may_hold_something = is_regular_ && !is_new_ && !is_standard_output();
  if (may_hold_something && !files::truncate(fd(), 0)) return false;
  begin();
  return true;
}

bool WrittenFile::is_standard_output() const { return path_ == kStandardOutput; }

UniqueFd WrittenFile::duplicate() const { return files::duplicate(fd()); }

bool WrittenFile::close() {
  if (is_regular_ && !is_standard_output()) files::unlock(fd());
  return files::close(std::move(fd_));
}

}  // namespace masscan
