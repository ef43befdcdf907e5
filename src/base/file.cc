#include "base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace masscan {
namespace {

constexpr int kFifoTickMs = 20;

bool is_fifo(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

// Returns false, with errno, if `fd` does not become writable.
bool wait_until_writable(int fd, int interruption) {
  std::array<pollfd, 2> requests = {{{fd, POLLOUT, 0}, {interruption, POLLIN, 0}}};
  while (::poll(requests.data(), requests.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  if (requests[0].revents != 0) return true;
  errno = ECANCELED;
  return false;
}

// Waits before a FIFO is tried again: the kernel has no event for a reader opening it. Returns
// false, with errno, on an interruption.
bool wait_before_retry(int interruption) {
  pollfd request{interruption, POLLIN, 0};
  const int ready = ::poll(&request, 1, kFifoTickMs);
  if (ready > 0) errno = ECANCELED;
  return ready == 0 || (ready < 0 && errno == EINTR);
}

constexpr std::size_t kLongestFile = std::size_t{1} << 30;
constexpr std::size_t kLongestStream = std::size_t{64} << 20;

std::size_t longest(int fd) { return is_regular_file(fd) ? kLongestFile : kLongestStream; }

// True if `fd` is no file, or is on a read-only file system: there is nothing to flush.
bool needs_no_sync() { return errno == EINVAL || errno == EROFS; }

}  // namespace

std::string last_system_error() {
  return errno == ECANCELED ? "interrupted while nobody read it" : std::strerror(errno);
}

Result<std::string> read_file(const std::string& path) {
  const UniqueFd fd = path == "-" ? files::duplicate(STDIN_FILENO) : files::open(path, O_RDONLY);
  if (!fd.is_open()) return usage_error("{}: cannot open: {}", path, last_system_error());
  const std::size_t most = longest(fd.get());
  std::string content;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t count = files::read(fd.get(), chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return usage_error("{}: cannot read: {}", path, last_system_error());
    if (count == 0) return content;
    if (content.size() + static_cast<std::size_t>(count) > most) {
      return usage_error("{}: longer than {} MiB, which nothing is that is read here", path,
                         most >> 20);
    }
    content.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

std::size_t write_all(int fd, std::string_view bytes, int interruption) {
  const bool waits = !is_regular_file(fd);
  std::size_t written = 0;
  while (written < bytes.size()) {
    if (waits && !wait_until_writable(fd, interruption)) break;
    const ssize_t count =
        files::write(fd, bytes.substr(written, waits ? kPipePiece : std::string_view::npos));
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  return written;
}

UniqueFd open_for_writing(const std::string& path, int flags, mode_t mode, int interruption) {
  for (;;) {
    UniqueFd fd = files::open(path, O_WRONLY | O_NONBLOCK | flags, mode);
    const bool lacks_reader = !fd.is_open() && errno == ENXIO && is_fifo(path);
    if (!lacks_reader || !wait_before_retry(interruption)) return fd;
  }
}

std::size_t write_all_at(int fd, std::string_view bytes, std::uint64_t offset) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = files::write_at(fd, bytes.substr(written), offset + written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  return written;
}

ssize_t read_all_at(int fd, std::span<char> into, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t count = files::read_at(fd, into.subspan(done), offset + done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return count;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(done);
}

bool sync_data(int fd) { return files::sync_data(fd) || needs_no_sync(); }

bool sync_directory_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const UniqueFd fd = files::open(parent.empty() ? "." : parent.string(), O_RDONLY | O_DIRECTORY);
  if (!fd.is_open()) return errno == EACCES;  // a directory with write but without read permission
  return files::sync(fd.get()) || needs_no_sync();
}

bool is_regular_file(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

bool is_regular_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool is_named(int fd, const std::string& path) {
  struct stat ours {};
  struct stat named {};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &named) == 0 &&
         ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

bool move_to_free_name(const std::string& from, const std::string& to) {
  if (files::rename(from, to, RENAME_NOREPLACE)) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  // The file system cannot do both in one call (NFS).
  return files::link(from, to) && files::unlink(from);
}

namespace files {
namespace {

// The only global state of the program. Without it, every function that writes a file would need an
// additional parameter for tests.
std::atomic<Listener*> listener{nullptr};

// True, with errno, if a test lets this call fail.
bool is_refused(Call call, std::size_t& bytes) {
  Listener* const test = listener.load(std::memory_order_acquire);
  if (test == nullptr) return false;
  const int error = test->before(call, bytes);
  if (error != 0) errno = error;
  return error != 0;
}

bool is_refused(Call call) {
  std::size_t bytes = 0;
  return is_refused(call, bytes);
}

}  // namespace

void set_listener(Listener* test) { listener.store(test, std::memory_order_release); }

UniqueFd open(const std::string& path, int flags, mode_t mode) {
  return UniqueFd(is_refused(Call::kOpen) ? -1 : ::open(path.c_str(), flags | O_CLOEXEC, mode));
}

UniqueFd duplicate(int fd) {
  return UniqueFd(is_refused(Call::kDuplicate) ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0));
}

ssize_t read(int fd, std::span<char> into) {
  std::size_t count = into.size();
  return is_refused(Call::kRead, count) ? -1 : ::read(fd, into.data(), count);
}

ssize_t read_at(int fd, std::span<char> into, std::uint64_t offset) {
  std::size_t count = into.size();
  if (is_refused(Call::kRead, count)) return -1;
  return ::pread(fd, into.data(), count, static_cast<off_t>(offset));
}

ssize_t write(int fd, std::string_view bytes) {
  std::size_t count = bytes.size();
  return is_refused(Call::kWrite, count) ? -1 : ::write(fd, bytes.data(), count);
}

ssize_t write_at(int fd, std::string_view bytes, std::uint64_t offset) {
  std::size_t count = bytes.size();
  if (is_refused(Call::kWrite, count)) return -1;
  return ::pwrite(fd, bytes.data(), count, static_cast<off_t>(offset));
}

off_t position(int fd) { return is_refused(Call::kPosition) ? -1 : ::lseek(fd, 0, SEEK_CUR); }

bool truncate(int fd, std::uint64_t size) {
  return !is_refused(Call::kTruncate) && ::ftruncate(fd, static_cast<off_t>(size)) == 0;
}

bool sync(int fd) { return !is_refused(Call::kSync) && ::fsync(fd) == 0; }

bool sync_data(int fd) { return !is_refused(Call::kSync) && ::fdatasync(fd) == 0; }

bool change_mode(int fd, mode_t mode) {
  return !is_refused(Call::kChangeMode) && ::fchmod(fd, mode) == 0;
}

bool rename(const std::string& from, const std::string& to, unsigned flags) {
  return !is_refused(Call::kRename) &&
         ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0;
}

bool link(const std::string& from, const std::string& to) {
  return !is_refused(Call::kLink) && ::link(from.c_str(), to.c_str()) == 0;
}

bool unlink(const std::string& path) {
  return !is_refused(Call::kUnlink) && ::unlink(path.c_str()) == 0;
}

bool lock(int fd) {
  const bool is_locked = !is_refused(Call::kLock) && ::flock(fd, LOCK_EX | LOCK_NB) == 0;
  return is_locked || errno != EWOULDBLOCK;
}

void unlock(int fd) { ::flock(fd, LOCK_UN); }

bool close(UniqueFd fd) {
  const bool is_told_to_fail = is_refused(Call::kClose);
  const int error = errno;
  const bool is_closed = ::close(fd.release()) == 0;
  if (is_told_to_fail) errno = error;
  return is_closed && !is_told_to_fail;
}

}  // namespace files
}  // namespace masscan
