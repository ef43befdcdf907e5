#include "output/socket_waiter.h"

#include <poll.h>

#include <array>
#include <cerrno>

#include "base/file.h"

namespace masscan::output {

Result<void> SocketWaiter::wait(int socket, short events, std::chrono::seconds timeout) const {
  std::array<pollfd, 2> descriptors = {{
      {.fd = socket, .events = events, .revents = 0},
      {.fd = interruption_.poll_fd(), .events = POLLIN, .revents = 0},
  }};
  const auto milliseconds = std::chrono::milliseconds(timeout).count();
  for (;;) {
    const int ready =
        ::poll(descriptors.data(), descriptors.size(), static_cast<int>(milliseconds));
    if (ready > 0 && descriptors[1].revents != 0) return run_error("there was no more time");
    if (ready > 0) return {};
    if (ready == 0) return run_error("no answer within {} seconds", timeout.count());
    if (errno != EINTR) return run_error("cannot wait for an answer: {}", last_system_error());
  }
}

}  // namespace masscan::output
