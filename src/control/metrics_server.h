// Serves the counters of a running scan by HTTP in Prometheus' format; see docs/formats/metrics.md.
// Clients cannot block the caller, see StreamServer.
// Thread: the main thread.
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
  // Port 0: chosen by the system.
  static Result<std::unique_ptr<MetricsServer>> open(const net::Endpoint& endpoint);

  // Returns the local endpoint.
  const net::Endpoint& endpoint() const { return endpoint_; }
  // Becomes readable when `serve` has something to do.
  int poll_fd() const { return server_.poll_fd(); }
  // Answers what has arrived; `metrics` makes the text.
  void serve(const std::function<std::string()>& metrics);

 private:
  MetricsServer(const net::Endpoint& endpoint, StreamServer server);

  net::Endpoint endpoint_;
  StreamServer server_;
};

}  // namespace masscan::control
