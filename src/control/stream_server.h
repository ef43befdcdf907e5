// Clients of a listening socket, spoken to beside the scan: what ControlServer and MetricsServer
// share.
//
// Nothing a client does holds up the caller: no call blocks, clients are bounded in number, and one
// that does not read what it is told is dropped. How much one may say before it is answered is for
// the Converse to bound. In the main thread.
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
  // One more, and the one that has been connected longest is dropped.
  static constexpr std::size_t kClients = 16;

  struct Answer {
    std::string text;      // far shorter than a socket's buffer; empty: nothing yet
    bool is_last = false;  // whatever the client says from here on is not heard
  };
  // Takes out of `pending`, what a client has said so far, what it answers. `has_ended`: nothing
  // more will come.
  using Converse = std::function<Answer(std::string& pending, bool has_ended)>;

  // Takes a socket that listens and does not block.
  static Result<StreamServer> open(UniqueFd listener);

  // Polls readable when `serve` has something to do.
  int poll_fd() const { return epoll_.get(); }
  // Answers what has arrived, at most one chunk from each client. To be called now and then even
  // if nothing has: where there was no descriptor for a client, it gets another chance.
  void serve(const Converse& converse);

 private:
  struct Client {
    UniqueFd fd;
    std::string pending;
    bool is_answered = false;  // with the last answer; it is for the client to hang up
  };

  StreamServer(UniqueFd listener, UniqueFd epoll);
  bool watch(const UniqueFd& fd);
  void accept();
  void rest();
  void end_rest();
  void hear(int fd, const Converse& converse);

  UniqueFd listener_;
  UniqueFd epoll_;
  std::vector<Client> clients_;  // in the order they came
  bool is_resting_ = false;      // new clients wait until the next `serve`
};

}  // namespace masscan::control
