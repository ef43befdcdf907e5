#include "base/standard_streams.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/file.h"

namespace masscan {
namespace {

constexpr int kMomentMs = 100;

bool is_writable(int fd) {
  pollfd request{.fd = fd, .events = POLLOUT, .revents = 0};
  return ::poll(&request, 1, kMomentMs) > 0;
}

}  // namespace

void prepare_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    const bool is_closed = ::fcntl(fd, F_GETFD) < 0 && errno == EBADF;
    // The lowest free descriptor is this one. It is opened in the wrong direction, so that using it
    // fails.
    if (is_closed) ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

void write_stderr(std::string_view text) {
  while (!text.empty() && is_writable(STDERR_FILENO)) {
    const std::string_view piece = text.substr(0, kPipePiece);
    const ssize_t count = ::write(STDERR_FILENO, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace masscan
