// The scan's end of its control socket: answers each line of a client with one line. Clients cannot
// block the caller, see StreamServer.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/stream_server.h"

namespace masscan::control {

class ControlServer {
 public:
  // A longer line closes the connection.
  static constexpr std::size_t kLineBytes = 1024;

  // Returns the reply with its line end to a line without one.
  using Answer = std::function<std::string(std::string_view line)>;

  static Result<std::unique_ptr<ControlServer>> open(const std::string& path);
  // Removes the socket file.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // Becomes readable when `serve` has something to do.
  int poll_fd() const { return server_.poll_fd(); }
  // Answers what has arrived, at most one chunk per client.
  void serve(const Answer& answer);

 private:
  ControlServer(std::string path, StreamServer server);

  std::string path_;
  StreamServer server_;
};

}  // namespace masscan::control
