// Serves the clients of a listening socket while a scan runs; the common part of ControlServer and
// MetricsServer.
//
// Clients cannot block the caller: no call blocks, the number of clients is limited, and a client
// that does not read its answers is dropped. The Converse limits how much a client may send before
// an answer.
// Thread: the main thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::control {

class StreamServer {
 public:
  // A further connection evicts the oldest.
  static constexpr std::size_t kClients = 16;

  struct Answer {
    std::string text;      // far smaller than a socket's buffer; empty: no answer yet
    bool is_last = false;  // no further request is read
  };
  // Removes a request from `pending`, the bytes received from a client, and returns the answer.
  // `has_ended`: no more bytes will come.
  using Converse = std::function<Answer(std::string& pending, bool has_ended)>;

  // REQUIRES: the socket listens and is non-blocking.
  static Result<StreamServer> open(UniqueFd listener);

  // Becomes readable when `serve` has something to do.
  int poll_fd() const { return epoll_.get(); }
  // Answers what has arrived, at most one chunk per client. Call it from time to time anyway: it
  // accepts clients again for which there was no descriptor.
  void serve(const Converse& converse);

 private:
  struct Client {
    UniqueFd fd;
    std::string pending;
    bool is_answered = false;  // with the last answer; we wait for the client to close
  };

  StreamServer(UniqueFd listener, UniqueFd epoll);
  bool watch(const UniqueFd& fd);
  void accept();
  void rest();
  void end_rest();
  void hear(int fd, const Converse& converse);

  UniqueFd listener_;
  UniqueFd epoll_;
  std::vector<Client> clients_;  // in the order of connecting
  bool is_resting_ = false;      // accepting is suspended until the next `serve`
};

}  // namespace masscan::control
