#include "control/metrics_server.h"

#include <sys/socket.h>

#include <utility>

#include "base/file.h"
#include "control/http.h"
#include "net/socket_address.h"

namespace masscan::control {

namespace {

constexpr int kBacklog = 16;

Result<UniqueFd> listen_at(const net::Endpoint& endpoint) {
  net::SocketAddress address(endpoint);
  UniqueFd fd(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (fd.is_open() && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
      ::bind(fd.get(), address.get(), address.length) == 0 && ::listen(fd.get(), kBacklog) == 0) {
    return fd;
  }
  return usage_error("--metrics: cannot listen at {}: {}; choose another address or port",
                     to_string(endpoint), last_system_error());
}

}  // namespace

Result<std::unique_ptr<MetricsServer>> MetricsServer::open(const net::Endpoint& endpoint) {
  UniqueFd listener = TRY(listen_at(endpoint));
  net::SocketAddress bound(endpoint);
  if (::getsockname(listener.get(), bound.get(), &bound.length) != 0) {
    return run_error("--metrics: {}: {}", to_string(endpoint), last_system_error());
  }
  Result<StreamServer> server = StreamServer::open(std::move(listener));
  if (!server) return std::move(server).error().within("--metrics");
  return std::unique_ptr<MetricsServer>(
      new MetricsServer(bound.endpoint(), std::move(server).value()));
}

MetricsServer::MetricsServer(const net::Endpoint& endpoint, StreamServer server)
    : endpoint_(endpoint), server_(std::move(server)) {}

void MetricsServer::serve(const std::function<std::string()>& metrics) {
  server_.serve([&metrics](std::string& pending, bool has_ended) {
    return answer_http(pending, has_ended, metrics);
  });
}

}  // namespace masscan::control
