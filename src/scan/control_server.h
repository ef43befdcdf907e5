// The scan's end of its control socket: takes lines from clients and sends back one for each.
//
// Nothing a client does holds up the caller: no call blocks, lines and clients are bounded in
// number and length, and a client that does not read its answers is dropped.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace masscan::scan {

class ControlServer {
 public:
  // One more, and the one that has been connected longest is dropped.
  static constexpr std::size_t kClients = 16;
  // A longer line ends the connection.
  static constexpr std::size_t kLineBytes = 1024;

  // Makes the answer, its line end included, to a line without its own.
  using Answer = std::function<std::string(std::string_view line)>;

  static Result<std::unique_ptr<ControlServer>> open(const std::string& path);
  // Removes the file.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // Polls readable when `serve` has something to do.
  int poll_fd() const { return epoll_.get(); }
  // Answers what has arrived, at most one chunk from each client.
  void serve(const Answer& answer);

 private:
  struct Client {
    UniqueFd fd;
    std::string pending;  // the beginning of a line
  };

  ControlServer(std::string path, UniqueFd listener, UniqueFd epoll);
  bool watch(const UniqueFd& fd);
  void accept();
  void hear(int fd, const Answer& answer);
  static bool answer_lines(Client& client, const Answer& answer);

  std::string path_;
  UniqueFd listener_;
  UniqueFd epoll_;
  std::vector<Client> clients_;  // in the order they came
};

}  // namespace masscan::scan
