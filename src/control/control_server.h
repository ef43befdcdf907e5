// The scan's end of its control socket: takes lines from clients and sends back one for each.
// Nothing a client does holds up the caller, see StreamServer.
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
  int poll_fd() const { return server_.poll_fd(); }
  // Answers what has arrived, at most one chunk from each client.
  void serve(const Answer& answer);

 private:
  ControlServer(std::string path, StreamServer server);

  std::string path_;
  StreamServer server_;
};

}  // namespace masscan::control
