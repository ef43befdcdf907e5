#include "scan/impatience.h"

#include <poll.h>

#include <array>
#include <csignal>

#include "base/thread_name.h"

namespace masscan::scan {

Impatience::Impatience(const Signals& signals) : thread_([this, &signals] { listen(signals); }) {}

void Impatience::listen(const Signals& signals) {
  name_thread("impatience");
  std::array<pollfd, 2> descriptors = {{
      {.fd = signals.poll_fd(), .events = POLLIN, .revents = 0},
      {.fd = end_.poll_fd(), .events = POLLIN, .revents = 0},
  }};
  while (descriptors[1].revents == 0) {
    ::poll(descriptors.data(), descriptors.size(), -1);
    while (const auto signal = signals.next()) {
      if (signal == SIGINT || signal == SIGTERM) source_.request_stop();
    }
  }
}

}  // namespace masscan::scan
