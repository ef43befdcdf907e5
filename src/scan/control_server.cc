#include "scan/control_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "scan/command.h"
#include "scan/control_socket.h"

namespace masscan::scan {

namespace {

// False if the client does not take it: answers are far smaller than a socket's buffer, so it has
// not read for long.
bool send(const UniqueFd& client, const std::string& text) {
  const ssize_t sent = ::send(client.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<std::unique_ptr<ControlServer>> ControlServer::open(const std::string& path) {
  UniqueFd listener = TRY(listen_at(path));
  std::unique_ptr<ControlServer> server(
      new ControlServer(path, std::move(listener), UniqueFd(::epoll_create1(EPOLL_CLOEXEC))));
  if (server->watch(server->listener_)) return server;
  return run_error("--control: {}: cannot wait for clients: {}", path, last_system_error());
}

ControlServer::ControlServer(std::string path, UniqueFd listener, UniqueFd epoll)
    : path_(std::move(path)), listener_(std::move(listener)), epoll_(std::move(epoll)) {}

ControlServer::~ControlServer() { ::unlink(path_.c_str()); }

bool ControlServer::watch(const UniqueFd& fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd.get()}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

void ControlServer::serve(const Answer& answer) {
  std::array<epoll_event, kClients + 1> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), 0);
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<std::size_t>(i)].data.fd;
    if (fd == listener_.get()) {
      accept();
    } else {
      hear(fd, answer);
    }
  }
}

void ControlServer::accept() {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd.is_open() || !watch(fd)) return;
  if (clients_.size() == kClients) clients_.erase(clients_.begin());
  clients_.push_back({.fd = std::move(fd), .pending = {}});
}

void ControlServer::hear(int fd, const Answer& answer) {
  const auto client = std::find_if(clients_.begin(), clients_.end(),
                                   [fd](const Client& known) { return known.fd.get() == fd; });
  if (client == clients_.end()) return;  // dropped for a new one a moment ago
  std::array<char, kLineBytes> chunk;
  const ssize_t length = ::recv(fd, chunk.data(), chunk.size(), 0);
  if (length < 0 && errno == EAGAIN) return;
  // A last line without its end is one all the same.
  const bool has_ended = length <= 0;
  if (length > 0) client->pending.append(chunk.data(), static_cast<std::size_t>(length));
  if (has_ended && !client->pending.empty()) client->pending += '\n';
  if (!answer_lines(*client, answer) || has_ended) clients_.erase(client);
}

bool ControlServer::answer_lines(Client& client, const Answer& answer) {
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = client.pending.find('\n', begin);
    if (end == std::string::npos) break;
    if (!send(client.fd, answer(std::string_view(client.pending).substr(begin, end - begin)))) {
      return false;
    }
    begin = end + 1;
  }
  client.pending.erase(0, begin);
  if (client.pending.size() <= kLineBytes) return true;
  send(client.fd, refusal("the line is too long"));
  return false;
}

}  // namespace masscan::scan
