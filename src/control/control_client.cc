#include "control/control_client.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "control/control_protocol.h"
#include "control/unix_socket.h"

namespace masscan::control {

namespace {

constexpr Duration kCloseTimeout = 10s;
constexpr std::size_t kMostBytes = std::size_t{64} << 10;

// Returns whether data can be read before the deadline.
bool is_readable(int fd, Instant deadline) {
  for (;;) {
    pollfd request{.fd = fd, .events = POLLIN, .revents = 0};
    const int count = ::poll(&request, 1, poll_timeout(deadline));
    if (count >= 0 || errno != EINTR) return count > 0;
  }
}

// Reads a line, or as much of it as there is.
Result<std::string> read_line(int fd, const std::string& path) {
  const Instant deadline = now() + kCloseTimeout;
  std::string line;
  while (line.find('\n') == line.npos && line.size() <= kMostBytes) {
    if (!is_readable(fd, deadline)) {
      return run_error("--control: {}: no answer for {} s; is the scan stopped?", path,
                       to_seconds(kCloseTimeout));
    }
    std::array<char, 4096> chunk;
    const ssize_t length = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return run_error("--control: {}: no answer: {}", path, last_system_error());
    if (length == 0) return run_error("--control: {}: the scan ended before it answered", path);
    line.append(chunk.data(), static_cast<std::size_t>(length));
  }
  return line;
}

bool is_answer(std::string_view line) {
  const bool is_one_line = line.find('\n') == line.size() - 1;
  const std::string_view text = line.substr(0, line.size() - 1);
  return is_one_line && text.starts_with(R"({"ok":)") && text.ends_with('}') &&
         printable(text) == text;
}

}  // namespace

Result<ControlAnswer> ask_scan(const std::string& path, std::string_view words) {
  std::string question(words);
  std::ranges::replace(question, '\n', ' ');  // a line is a command
  const Result<Command> command = parse_command(question);
  if (!command) return Error(command.error()).within("--control");
  question += '\n';
  const UniqueFd fd = TRY(connect_to(path));
  // A question is far shorter than a socket's buffer: it is sent as a whole or not at all.
  if (::send(fd.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0) {
    return run_error("--control: {}: cannot send: {}", path, last_system_error());
  }
  const std::string answer = TRY(read_line(fd.get(), path));
  if (!is_answer(answer)) {
    return run_error("--control: {}: what listens there is no scan: it answered '{}'", path,
                     excerpt(answer));
  }
  return ControlAnswer{is_acceptance(answer), answer};
}

}  // namespace masscan::control
