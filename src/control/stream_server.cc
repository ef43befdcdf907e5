#include "control/stream_server.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/resource_limits.h"

namespace masscan::control {

namespace {

constexpr std::size_t kChunkBytes = 1024;

// Returns false if the client does not accept it. Answers are far smaller than a socket's buffer,
// so the client has stopped reading.
bool send(const UniqueFd& client, const std::string& text) {
  if (text.empty()) return true;
  const ssize_t sent = ::send(client.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<StreamServer> StreamServer::open(UniqueFd listener) {
  StreamServer server(std::move(listener), UniqueFd(::epoll_create1(EPOLL_CLOEXEC)));
  if (server.epoll_.is_open() && server.watch(server.listener_)) return server;
  return run_error("cannot wait for clients: {}", last_system_error());
}

StreamServer::StreamServer(UniqueFd listener, UniqueFd epoll)
    : listener_(std::move(listener)), epoll_(std::move(epoll)) {}

bool StreamServer::watch(const UniqueFd& fd) {
  epoll_event event{.events = EPOLLIN, .data = {.fd = fd.get()}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

void StreamServer::serve(const Converse& converse) {
  end_rest();
  std::array<epoll_event, kClients + 1> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), 0);
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<std::size_t>(i)].data.fd;
    if (fd == listener_.get()) {
      accept();
    } else {
      hear(fd, converse);
    }
  }
}

void StreamServer::accept() {
  UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd.is_open() && is_resource_error(errno)) return rest();
  if (!fd.is_open() || !watch(fd)) return;
  if (clients_.size() == kClients) clients_.erase(clients_.begin());
  clients_.push_back({.fd = std::move(fd), .pending = {}});
}

// Stops accepting, as the client stays in the queue and the listener would be readable all the
// time. Drops the oldest client to free a descriptor.
void StreamServer::rest() {
  if (!clients_.empty()) clients_.erase(clients_.begin());
  is_resting_ = true;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener_.get(), nullptr);
}

void StreamServer::end_rest() {
  if (is_resting_) is_resting_ = !watch(listener_);
}

void StreamServer::hear(int fd, const Converse& converse) {
  const auto client = std::find_if(clients_.begin(), clients_.end(),
                                   [fd](const Client& known) { return known.fd.get() == fd; });
  if (client == clients_.end()) return;  // just evicted by a new one
  std::array<char, kChunkBytes> chunk;
  const ssize_t length = ::recv(fd, chunk.data(), chunk.size(), 0);
  if (length < 0 && errno == EAGAIN) return;
  const bool has_ended = length <= 0;
  bool is_wanted = !has_ended;
  if (!client->is_answered) {
    if (length > 0) client->pending.append(chunk.data(), static_cast<std::size_t>(length));
    const Answer answer = converse(client->pending, has_ended);
    is_wanted &= send(client->fd, answer.text);
    client->is_answered = answer.is_last;
    // Closing with unread data would discard the answer (RFC 9112, 9.6).
    if (answer.is_last) ::shutdown(fd, SHUT_WR);
  }
  if (!is_wanted) clients_.erase(client);
}

}  // namespace masscan::control
