#include "scan/metrics_server.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

#include "base/bytes.h"
#include "base/file.h"
#include "scan/http.h"

namespace masscan::scan {

namespace {

constexpr int kBacklog = 16;

// A socket address of either family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  explicit SocketAddress(const net::Endpoint& endpoint);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  std::uint16_t port() const;
};

// Port and address stand at the same place as numbers in network order.
template <typename T>
MutableBytes field(T& part) {
  return std::as_writable_bytes(std::span(&part, 1));
}

SocketAddress::SocketAddress(const net::Endpoint& endpoint) {
  if (endpoint.address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    store_be(field(v4->sin_port), 0, endpoint.port);
    store_be(field(v4->sin_addr), 0, endpoint.address.v4().number());
    length = sizeof(*v4);
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    store_be(field(v6->sin6_port), 0, endpoint.port);
    store_be(field(v6->sin6_addr), 0, endpoint.address.high());
    store_be(field(v6->sin6_addr), 8, endpoint.address.low());
    length = sizeof(*v6);
  }
}

// sockaddr_in6 has its port where sockaddr_in has it.
std::uint16_t SocketAddress::port() const {
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
  return load_be<std::uint16_t>(std::as_bytes(std::span(&v4->sin_port, 1)));
}

Result<UniqueFd> listen_at(const net::Endpoint& endpoint) {
  SocketAddress address(endpoint);
  UniqueFd fd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
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
  SocketAddress bound(endpoint);
  if (::getsockname(listener.get(), bound.get(), &bound.length) != 0) {
    return run_error("--metrics: {}: {}", to_string(endpoint), last_system_error());
  }
  Result<StreamServer> server = StreamServer::open(std::move(listener));
  if (!server) return std::move(server).error().within("--metrics");
  return std::unique_ptr<MetricsServer>(
      new MetricsServer({endpoint.address, bound.port()}, std::move(server).value()));
}

MetricsServer::MetricsServer(const net::Endpoint& endpoint, StreamServer server)
    : endpoint_(endpoint), server_(std::move(server)) {}

void MetricsServer::serve(const std::function<std::string()>& metrics) {
  server_.serve([&metrics](std::string& pending, bool has_ended) {
    return answer_http(pending, has_ended, metrics);
  });
}

}  // namespace masscan::scan
