#include "host/nft.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "base/time.h"

namespace masscan::host {
namespace {

constexpr auto kAnswerTimeout = 5s;
constexpr std::string_view kErrorPrefix = "Error: ";  // the prefix of nft's error messages
constexpr std::string_view kNoProgram = "Error: there is no program nft\n";

// Fixed paths instead of the user's PATH: the user must not choose a program that gets our
// capability.
constexpr std::array kPrograms = {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft",
                                  "/usr/local/sbin/nft", "/run/current-system/sw/bin/nft"};

struct Streams {
  int input;
  int output;
};

// Program name, option, file, null pointer.
using Arguments = std::array<char*, 4>;

Arguments make_arguments(const char* option, const char* file = nullptr) {
  return {const_cast<char*>("nft"), const_cast<char*>(option), const_cast<char*>(file), nullptr};
}

// The functions below run in the child between fork and exec: system calls only.

// Passes CAP_NET_ADMIN on as an ambient capability; without that, the capability of a program with
// file capabilities ends at exec (capabilities(7), "Ambient"). If we lack it, nft reports the
// missing permission.
void pass_on_net_admin() {
  __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return;
  sets[0].inheritable |= 1u << CAP_NET_ADMIN;
  if (::syscall(SYS_capset, &header, sets.data()) != 0) return;
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_ADMIN, 0, 0);
}

void detach_from_terminal() {
  ::setsid();  // no controlling terminal
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
}

void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);  // the parent died before the prctl
}

void connect(const Streams& streams) {
  ::dup2(streams.input, STDIN_FILENO);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(streams.output, fd);
}

[[noreturn]] void exec_nft(const Arguments& arguments) {
  // Without a home directory nft keeps no command history file.
  std::array<char*, 2> environment = {const_cast<char*>("HOME=/dev/null"), nullptr};
  Arguments words = arguments;
  for (const char* program : kPrograms) ::execve(program, words.data(), environment.data());
  (void)!::write(STDERR_FILENO, kNoProgram.data(), kNoProgram.size());
  ::_exit(EXIT_FAILURE);
}

// The functions below run in the parent.

Result<pid_t> start_child(const Arguments& arguments, const Streams& streams, bool dies_with_us) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return run_error("cannot start nft: {}", last_system_error());
  if (child > 0) return child;
  detach_from_terminal();
  pass_on_net_admin();
  if (dies_with_us) die_with(parent);
  connect(streams);
  exec_nft(arguments);
}

// Reads some output. Returns nullopt at its end or at the deadline.
std::optional<std::string> read_some(int fd, Instant deadline) {
  for (;;) {
    pollfd readable = {.fd = fd, .events = POLLIN, .revents = 0};
    const int count = ::poll(&readable, 1, poll_timeout(deadline));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::nullopt;
    std::array<char, 4096> chunk;
    const ssize_t size = ::read(fd, chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    return std::string(chunk.data(), static_cast<std::size_t>(size));
  }
}

// Waits for the child. Returns false if it has not ended within the limit.
bool reap(pid_t child, Duration limit) {
  for (const Instant deadline = now() + limit;; std::this_thread::sleep_for(1ms)) {
    const pid_t ended = ::waitpid(child, nullptr, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) return true;
    if (now() > deadline) return false;
  }
}

}  // namespace

std::optional<std::string_view> find_complaint(std::string_view text) {
  const std::size_t start = text.find(kErrorPrefix);
  if (start == text.npos) return std::nullopt;
  const std::string_view rest = text.substr(start + kErrorPrefix.size());
  const std::size_t end = rest.find('\n');
  if (end == rest.npos) return std::nullopt;
  return rest.substr(0, end);
}

Result<Nft> Nft::start() {
  std::array<int, 2> fds;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    return run_error("cannot make a socket pair: {}", last_system_error());
  }
  UniqueFd ours(fds[0]);
  const UniqueFd theirs(fds[1]);
  const Streams streams = {.input = theirs.get(), .output = theirs.get()};
  const pid_t child = TRY(start_child(make_arguments("-i"), streams, true));
  return Nft(child, std::move(ours), false);
}

// With -f, nft reads all commands before it executes any; the pipe ends when its last writer closes
// it. It is a pipe and not a socket, as nft before 1.0 opens "/dev/stdin".
Result<Nft> Nft::start_for_the_end(std::string_view commands) {
  std::array<int, 2> fds;
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) {
    return run_error("cannot make a pipe: {}", last_system_error());
  }
  const UniqueFd theirs(fds[0]);
  UniqueFd ours(fds[1]);
  if (write_all(ours.get(), commands) != commands.size()) {
    return run_error("cannot write to a pipe: {}", last_system_error());
  }
  const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const Streams streams = {.input = theirs.get(), .output = nowhere.get()};
  const pid_t child = TRY(start_child(make_arguments("-f", "-"), streams, false));
  return Nft(child, std::move(ours), true);
}

Nft::~Nft() {
  if (child_ == 0) return;
  channel_.reset();
  if (!is_for_the_end_) ::kill(child_, SIGKILL);
  reap(child_, kAnswerTimeout);
}

// Reaps a child that has ended, and forgets its process id, which may be reused.
bool Nft::is_alive() {
  if (child_ != 0 && ::waitpid(child_, nullptr, WNOHANG) != 0) child_ = 0;
  return child_ != 0;
}

void Nft::tell(std::string_view commands) {
  while (!commands.empty()) {
    const ssize_t count = ::send(channel_.get(), commands.data(), commands.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;
    commands.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::string Nft::hear_table() {
  const Instant deadline = now() + kAnswerTimeout;
  std::string text;
  while (!text.ends_with("\n}\n") && !find_complaint(text)) {
    const std::optional<std::string> more = read_some(channel_.get(), deadline);
    if (!more) break;
    text += *more;
  }
  return text;
}

std::string Nft::hear_all() {
  ::shutdown(channel_.get(), SHUT_WR);
  const Instant deadline = now() + kAnswerTimeout;
  std::string text;
  while (const std::optional<std::string> more = read_some(channel_.get(), deadline)) text += *more;
  return text;
}

}  // namespace masscan::host
