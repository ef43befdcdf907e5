#include "control/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <utility>

#include "base/file.h"

namespace masscan::control {

Result<Signals> Signals::open(std::span<const int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  UniqueFd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd.is_open()) return run_error("cannot listen to signals: {}", last_system_error());
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &set, &before);
  return Signals(std::move(fd), before);
}

Signals::~Signals() {
  if (!fd_.is_open()) return;
  while (next()) continue;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::next() const {
  signalfd_siginfo information;
  const ssize_t length = ::read(fd_.get(), &information, sizeof(information));
  if (length != static_cast<ssize_t>(sizeof(information))) return std::nullopt;
  return static_cast<int>(information.ssi_signo);
}

}  // namespace masscan::control
