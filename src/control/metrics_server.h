// The counters of a running scan for Prometheus and its like, by HTTP; see docs/formats/metrics.md.
// Nothing a client does holds up the caller, see StreamServer. In the main thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "control/stream_server.h"
#include "net/endpoint.h"

namespace masscan::control {

class MetricsServer {
 public:
  // Port 0: one that the system chooses.
  static Result<std::unique_ptr<MetricsServer>> open(const net::Endpoint& endpoint);

  // Where it listens.
  const net::Endpoint& endpoint() const { return endpoint_; }
  // Polls readable when `serve` has something to do.
  int poll_fd() const { return server_.poll_fd(); }
  // Answers what has arrived; `metrics` makes the text.
  void serve(const std::function<std::string()>& metrics);

 private:
  MetricsServer(const net::Endpoint& endpoint, StreamServer server);

  net::Endpoint endpoint_;
  StreamServer server_;
};

}  // namespace masscan::control
