#include "control/interrupts.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>
#include <vector>

#include "base/standard_streams.h"

namespace masscan::control {

namespace {

bool is_ignored(int signal) {
  struct sigaction action;
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Blocks all signals in the threads started during its life. A signal that is read from a signalfd
// must be blocked in every thread; otherwise it would end the process.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

// Polling interval for signals if the kernel has no memory for poll.
constexpr Duration kPollInterval = 10ms;

}  // namespace

Result<std::unique_ptr<Interrupts>> Interrupts::open(Hangup hangup, std::string outcome) {
  std::vector<int> signals = {SIGINT, SIGTERM};
  if (hangup == Hangup::kEnd && !is_ignored(SIGHUP)) signals.push_back(SIGHUP);
  Signals listened = TRY(Signals::open(signals));
  EventFd end = TRY(EventFd::open());
  EventFd graceful = TRY(EventFd::open());
  std::unique_ptr<Interrupts> interrupts(new Interrupts(std::move(listened), std::move(end),
                                                        std::move(graceful), TRY(EventFd::open()),
                                                        std::move(outcome)));
  const AllSignalsBlocked blocked;
  interrupts->thread_ =
      TRY(Thread::start("interrupts", [owner = interrupts.get()](const std::stop_token& stop) {
        owner->listen(stop);
      }));
  return interrupts;
}

Result<void> Interrupts::allow_graceful_end() {
  const std::scoped_lock lock(mutex_);
  is_graceful_ = !has_come_;
  return is_graceful_ ? Result<void>() : error();
}

void Interrupts::set_resume_command(std::string command) {
  const std::scoped_lock lock(mutex_);
  resume_command_ = std::move(command);
}

void Interrupts::listen(const std::stop_token& stop) {
  std::array<pollfd, 2> descriptors = {{
      {.fd = signals_.poll_fd(), .events = POLLIN, .revents = 0},
      {.fd = end_.poll_fd(), .events = POLLIN, .revents = 0},
  }};
  for (;;) {
    const int ready = ::poll(descriptors.data(), descriptors.size(), poll_timeout(deadline_));
    if (descriptors[1].revents != 0 || stop.stop_requested()) return;
    if (ready < 0) std::this_thread::sleep_for(kPollInterval);
    while (signals_.next()) on_interrupt();
    if (now() >= deadline_) end_by_force();
  }
}

void Interrupts::on_interrupt() {
  bool is_first = false;
  bool is_asked = false;  // the first interrupt, and a graceful end is possible
  {
    const std::scoped_lock lock(mutex_);
    is_first = !std::exchange(has_come_, true);
    is_asked = is_first && is_graceful_;
  }
  graceful_fd_.call();
  graceful_.request_stop();
  if (!is_asked) end_immediately(is_first ? kFirstBound : kSecondBound);
}

void Interrupts::end_immediately(Duration longest) {
  deadline_ = std::min(deadline_, now() + longest);
  immediate_fd_.call();
  immediate_.request_stop();
}

void Interrupts::end_by_force() {
  std::string sentence = outcome_;
  {
    const std::scoped_lock lock(mutex_);
    if (is_graceful_) {
      sentence = "ended by a second interrupt; what was written until now is kept";
      if (!resume_command_.empty()) sentence += "; to continue: " + resume_command_;
    }
  }
  // The cursor may be behind a status line.
  const char* const line = ::isatty(STDERR_FILENO) == 1 ? "\n" : "";
  write_stderr(fmt::format("{}masscan: {}\n", line, sentence));
  ::_exit(1);
}

}  // namespace masscan::control
