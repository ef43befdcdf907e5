// lab_epoll_client NETWORK PORT [SOCKETS [BYTES [MILLISECONDS]]]: asks every address of an IPv4
// network for its banner, as a program with the kernel's sockets does: the measure for the TCP of
// the scanner. One thread keeps SOCKETS (1000) connections open; each sends one GET and reads until
// the end or BYTES (65536), within MILLISECONDS (5000). Prints one line of JSON.
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/standard_streams.h"
#include "base/text.h"
#include "base/time.h"
#include "base/unique_fd.h"
#include "net/prefix.h"
#include "net/socket_address.h"

namespace masscan {
namespace {

constexpr std::string_view kRequest = "GET / HTTP/1.0\r\n\r\n";

struct Request {
  std::uint32_t first = 0;
  std::uint64_t addresses = 0;
  std::uint16_t port = 0;
  std::uint32_t sockets = 1000;
  std::uint32_t bytes = 65536;
  Duration patience = 5s;
};

struct Counts {
  std::uint64_t answers = 0;  // at least a byte came
  std::uint64_t silent = 0;   // connected, and closed without a byte
  std::uint64_t refused = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t failed = 0;  // no socket, no route, a reset
  std::uint64_t bytes = 0;
};

struct Connection {
  UniqueFd socket;
  Instant deadline;
  std::uint32_t received = 0;
  bool has_asked = false;
};

class Client {
 public:
  static Result<Client> open(const Request& request);
  Result<Counts> run();

 private:
  Client(const Request& request, UniqueFd epoll)
      : request_(request), epoll_(std::move(epoll)), connections_(request.sockets) {
    for (std::uint32_t slot = request.sockets; slot > 0; --slot) free_.push_back(slot - 1);
  }

  void begin(std::uint32_t slot);
  void advance(std::uint32_t slot);
  void read(std::uint32_t slot);
  void end(std::uint32_t slot, std::uint64_t& reason);
  void end_late();
  std::uint64_t& reason_of(int error) {
    return error == ECONNREFUSED ? counts_.refused : counts_.failed;
  }

  Request request_;
  UniqueFd epoll_;
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> free_;
  std::uint64_t begun_ = 0;
  Instant time_;
  Counts counts_;
};

Result<Client> Client::open(const Request& request) {
  const rlimit files = {request.sockets + 16, request.sockets + 16};
  rlimit now{};
  getrlimit(RLIMIT_NOFILE, &now);
  if (now.rlim_cur < files.rlim_cur && setrlimit(RLIMIT_NOFILE, &files) != 0)
    return run_error("cannot open {} files: {}", files.rlim_cur, std::strerror(errno));
  UniqueFd epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return run_error("cannot make an epoll: {}", std::strerror(errno));
  return Client(request, std::move(epoll));
}

void Client::begin(std::uint32_t slot) {
  Connection& connection = connections_[slot];
  const auto address = net::Ipv4Address(request_.first + static_cast<std::uint32_t>(begun_++));
  connection = {.socket = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
                .deadline = time_ + request_.patience};
  const int fd = connection.socket.get();
  net::SocketAddress to({address, request_.port});
  if (fd < 0) return end(slot, counts_.failed);
  if (connect(fd, to.get(), to.length) != 0 && errno != EINPROGRESS)
    return end(slot, reason_of(errno));
  epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u32 = slot}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) end(slot, counts_.failed);
}

// A connection has become writable, readable or both.
void Client::advance(std::uint32_t slot) {
  Connection& connection = connections_[slot];
  if (!connection.has_asked) {
    if (send(connection.socket.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 0) {
      if (errno != EAGAIN) end(slot, reason_of(errno));
      return;
    }
    connection.has_asked = true;
  }
  read(slot);
}

void Client::read(std::uint32_t slot) {
  static constexpr std::size_t kBuffer = 65536;
  std::array<std::byte, kBuffer> buffer;
  Connection& connection = connections_[slot];
  while (connection.received < request_.bytes) {
    const ssize_t count = recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count < 0 && connection.received == 0) return end(slot, reason_of(errno));
    if (count <= 0) break;
    connection.received += static_cast<std::uint32_t>(count);
  }
  end(slot, connection.received > 0 ? counts_.answers : counts_.silent);
}

void Client::end(std::uint32_t slot, std::uint64_t& reason) {
  ++reason;
  counts_.bytes += connections_[slot].received;
  connections_[slot].socket.reset();
  free_.push_back(slot);
}

void Client::end_late() {
  for (std::uint32_t slot = 0; slot < connections_.size(); ++slot)
    if (connections_[slot].socket.is_open() && connections_[slot].deadline <= time_)
      end(slot, connections_[slot].received > 0 ? counts_.answers : counts_.timeouts);
}

Result<Counts> Client::run() {
  constexpr Duration kLook = 100ms;  // for connections that are late
  constexpr std::size_t kEvents = 256;
  std::array<epoll_event, kEvents> events;
  Instant next_look = now() + kLook;
  while (true) {
    time_ = now();
    if (time_ >= next_look) {
      end_late();
      next_look = time_ + kLook;
    }
    while (begun_ < request_.addresses && !free_.empty()) {
      const std::uint32_t slot = free_.back();
      free_.pop_back();
      begin(slot);
    }
    if (free_.size() == connections_.size()) return counts_;
    const int wait = kLook / 1ms;
    const int count = epoll_wait(epoll_.get(), events.data(), kEvents, wait);
    if (count < 0 && errno != EINTR) return run_error("cannot wait: {}", std::strerror(errno));
    for (int i = 0; i < count; ++i) advance(events[static_cast<std::size_t>(i)].data.u32);
  }
}

std::optional<Request> read_request(const std::vector<std::string_view>& words) {
  if (words.size() < 2 || words.size() > 5) return std::nullopt;
  const std::size_t slash = words[0].find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto base = net::Ipv4Address::parse(words[0].substr(0, slash));
  const auto length = parse_number<std::uint8_t>(words[0].substr(slash + 1));
  const auto port = parse_number<std::uint16_t>(words[1]);
  if (!base || !length || *length > net::Ipv4Address::kBits || !port) return std::nullopt;
  const net::AddressRange range = net::Prefix{*base, *length}.range();
  Request request = {.first = range.first.v4().number(),
                     .addresses = std::uint64_t{1} << (net::Ipv4Address::kBits - *length),
                     .port = *port};
  std::uint32_t milliseconds = 5000;
  std::uint32_t* const numbers[] = {&request.sockets, &request.bytes, &milliseconds};
  for (std::size_t i = 2; i < words.size(); ++i) {
    const auto number = parse_number<std::uint32_t>(words[i]);
    if (!number || *number == 0) return std::nullopt;
    *numbers[i - 2] = *number;
  }
  request.patience = std::chrono::milliseconds(milliseconds);
  return request;
}

Result<> serve(const std::vector<std::string_view>& words) {
  const auto request = read_request(words);
  if (!request)
    return usage_error("use: lab_epoll_client NETWORK PORT [SOCKETS [BYTES [MILLISECONDS]]]");
  Client client = TRY(Client::open(*request));
  const Instant start = now();
  const Counts counts = TRY(client.run());
  const double seconds = std::chrono::duration<double>(now() - start).count();
  fmt::print(R"({{"addresses": {}, "answers": {}, "silent": {}, "refused": {}, "timeouts": {}, )"
             R"("failed": {}, "bytes": {}, "seconds": {:.3f}, "banners_per_second": {:.0f}}})"
             "\n",
             request->addresses, counts.answers, counts.silent, counts.refused, counts.timeouts,
             counts.failed, counts.bytes, seconds, static_cast<double>(counts.answers) / seconds);
  return {};
}

}  // namespace
}  // namespace masscan

int main(int count, char** arguments) {
  const masscan::Result<> result = masscan::serve({arguments + 1, arguments + count});
  if (result) return 0;
  masscan::write_stderr(fmt::format("lab_epoll_client: {}\n", result.error().message));
  return 1;
}
