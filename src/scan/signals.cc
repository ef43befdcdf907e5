#include "scan/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <utility>

#include "base/file.h"

namespace masscan::scan {

namespace {

bool is_ignored(int signal) {
  struct sigaction action;
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Result<Signals> Signals::open(Hangup hangup) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) sigaddset(&set, signal);
  if (hangup == Hangup::kReload || !is_ignored(SIGHUP)) sigaddset(&set, SIGHUP);
  UniqueFd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd.is_open()) return run_error("cannot listen to signals: {}", last_system_error());
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &set, &before);
  return Signals(std::move(fd), before, hangup);
}

Signals::~Signals() {
  if (fd_.is_open()) pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::next() const {
  signalfd_siginfo information;
  const ssize_t length = ::read(fd_.get(), &information, sizeof(information));
  if (length != static_cast<ssize_t>(sizeof(information))) return std::nullopt;
  const int signal = static_cast<int>(information.ssi_signo);
  return signal == SIGHUP && hangup_ == Hangup::kEnd ? SIGTERM : signal;
}

}  // namespace masscan::scan
