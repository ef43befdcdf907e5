#include "base/file.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"

namespace masscan {
namespace {

// Standard output may be a pipe or terminal that whoever started us made non-blocking.
bool wait_until_writable(int fd) {
  pollfd request{fd, POLLOUT, 0};
  return ::poll(&request, 1, -1) > 0 || errno == EINTR;
}

}  // namespace

std::string last_system_error() { return std::strerror(errno); }

Result<std::string> read_file(const std::string& path) {
  const UniqueFd fd(path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return usage_error("{}: cannot open: {}", path, last_system_error());
  std::string content;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t count = ::read(fd.get(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return usage_error("{}: cannot read: {}", path, last_system_error());
    if (count == 0) return content;
    content.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

std::size_t write_all(int fd, std::string_view bytes) {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN && wait_until_writable(fd)) continue;
    if (count < 0) break;
    written += static_cast<std::size_t>(count);
  }
  return written;
}

bool sync_data(int fd) { return ::fdatasync(fd) == 0 || errno == EINVAL || errno == EROFS; }

}  // namespace masscan
