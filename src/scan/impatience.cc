#include "scan/impatience.h"

#include <poll.h>

#include <array>
#include <csignal>

namespace masscan::scan {

Result<std::unique_ptr<Impatience>> Impatience::open() {
  std::unique_ptr<Impatience> impatience(new Impatience(TRY(WakeUp::open())));
  impatience->thread_ =
      TRY(Thread::start("impatience", impatience->gate_,
                        [owner = impatience.get()](const std::stop_token&) { owner->work(); }));
  return impatience;
}

Impatience::~Impatience() { end_.call(); }

void Impatience::listen(const Signals& signals) {
  signals_ = &signals;
  gate_.open();
}

void Impatience::work() {
  std::array<pollfd, 2> descriptors = {{
      {.fd = signals_->poll_fd(), .events = POLLIN, .revents = 0},
      {.fd = end_.poll_fd(), .events = POLLIN, .revents = 0},
  }};
  while (descriptors[1].revents == 0) {
    ::poll(descriptors.data(), descriptors.size(), -1);
    while (const auto signal = signals_->next()) {
      if (signal == SIGINT || signal == SIGTERM) source_.request_stop();
    }
  }
}

}  // namespace masscan::scan
