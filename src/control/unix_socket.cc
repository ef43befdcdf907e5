#include "control/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"

namespace masscan::control {

namespace {

constexpr timeval kCloseTimeout{.tv_sec = 5, .tv_usec = 0};
constexpr int kBacklog = 16;
constexpr mode_t kMode = 0600;

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return usage_error("--control: {}: the name of a socket has at most {} bytes; choose another",
                       path, sizeof(address.sun_path) - 1);
  }
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

Result<UniqueFd> open_socket(int flags) {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!fd.is_open()) return run_error("--control: cannot open a socket: {}", last_system_error());
  return fd;
}

bool connects(const UniqueFd& fd, const sockaddr_un& address) {
  return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

// Removes a socket that a killed scan left behind.
Result<void> remove_stale(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};  // bind reports other errors
  if (!S_ISSOCK(status.st_mode)) {
    return usage_error("--control: {} exists and is no socket; choose another name", path);
  }
  const UniqueFd probe = TRY(open_socket(SOCK_NONBLOCK));
  if (connects(probe, address) || errno != ECONNREFUSED) {
    return usage_error("--control: {} belongs to a running scan; choose another name", path);
  }
  files::unlink(path);
  return {};
}

}  // namespace

Result<UniqueFd> listen_at(const std::string& path) {
  const sockaddr_un address = TRY(address_of(path));
  TRY(remove_stale(path, address));
  UniqueFd fd = TRY(open_socket(SOCK_NONBLOCK));
  // The file gets its mode from the socket, so it is never accessible to others.
  const bool is_bound =
      files::change_mode(fd.get(), kMode) &&
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  if (!is_bound || ::listen(fd.get(), kBacklog) != 0) {
    return usage_error("--control: {}: cannot create the socket: {}", path, last_system_error());
  }
  return fd;
}

Result<UniqueFd> connect_to(const std::string& path) {
  const sockaddr_un address = TRY(address_of(path));
  UniqueFd fd = TRY(open_socket(0));
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kCloseTimeout, sizeof(kCloseTimeout));
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kCloseTimeout, sizeof(kCloseTimeout));
  if (connects(fd, address)) return fd;
  return run_error("--control: {}: no scan listens there: {}", path, last_system_error());
}

}  // namespace masscan::control
