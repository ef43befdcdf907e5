#include "scan/control_client.h"

#include <sys/socket.h>

#include <array>

#include "base/file.h"
#include "scan/command.h"
#include "scan/control_socket.h"

namespace masscan::scan {

Result<ControlAnswer> ask_scan(const std::string& path, std::string_view words) {
  const Result<Command> command = parse_command(words);
  if (!command) return Error(command.error()).within("--control");
  const UniqueFd fd = TRY(connect_to(path));
  const std::string question = to_json(*command) + '\n';
  // A question is far shorter than a socket's buffer: it is sent as a whole or not at all.
  if (::send(fd.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0) {
    return run_error("--control: {}: cannot send: {}", path, last_system_error());
  }
  std::string answer;
  while (!answer.ends_with('\n')) {
    std::array<char, 4096> chunk;
    const ssize_t length = ::recv(fd.get(), chunk.data(), chunk.size(), 0);
    if (length < 0) {
      return run_error("--control: {}: no answer: {}", path, last_system_error());
    }
    if (length == 0) return run_error("--control: {}: the scan ended before it answered", path);
    answer.append(chunk.data(), static_cast<std::size_t>(length));
  }
  return ControlAnswer{is_acceptance(answer), answer};
}

}  // namespace masscan::scan
